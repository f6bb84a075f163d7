"""An operation of several, for which the classes of models are made once."""

from django.db.migrations.operations.base import Operation


class AtOnce(Operation):
    """Several operations after one change of the state.

    By itself each of them would make the classes of all related models again. Their models and fields before are those
    before the first of them, so that none alters a table or a field that another one adds.
    """

    def __init__(self, operations):
        self.operations = operations

    def state_forwards(self, app_label, state):
        state.__dict__.pop("apps", None)  # made when all changes are in it
        state.is_delayed = False
        for operation in self.operations:
            operation.state_forwards(app_label, state)

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        for operation in self.operations:
            operation.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        for operation in reversed(self.operations):
            operation.database_backwards(app_label, schema_editor, from_state, to_state)

    def describe(self):
        return f"Run {len(self.operations)} operations at once"
