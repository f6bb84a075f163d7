"""Files of the Global Sanctions Data Base, written row by row."""

HEADER = (
    "case_id,sanctioned_state,sanctioning_state,begin,end,trade,descr_trade,arms,military,financial,travel,other,"
    "target_mult,sender_mult,objective,success\n"
)


def row(**changes: str) -> str:
    cells = {
        "case_id": "1", "target": "Belarus", "sender": "United States", "begin": "1997", "end": "2003", "trade": "0",
        "descr": "", "arms": "0", "military": "0", "financial": "1", "travel": "1", "other": "0", "tm": "0", "sm": "0",
        "objective": "democracy", "success": "success_part",
    }  # fmt: skip
    return ",".join({**cells, **changes}.values())
