// Asks by openapi-fetch, with the types that openapi-typescript made of the document. Each promise is a value of the type
// of its answer, so the compiler refuses keys and words that the document does not have.
import createClient from "openapi-fetch";
import type { paths } from "./schema";

declare const process: { argv: string[]; exitCode: number };

// Lists and relations may also be CSV or JSON Lines, which are texts: this client reads JSON alone.
const client = createClient<paths, "application/json" | "application/problem+json">({ baseUrl: process.argv[2] });
let asked = 0;
let wrong = 0;

type Answer<T> = { data?: T; error?: unknown };
type Page<T> = { results: T[]; next: string | null };

async function data<T>(answer: Promise<Answer<T>>): Promise<T> {
  const { data, error } = await answer;
  if (data === undefined) throw new Error(JSON.stringify(error));
  return data;
}

async function rows<T>(ask: (cursor?: string) => Promise<Answer<Page<T>>>): Promise<T[]> {
  let page = await data(ask());
  const all = page.results;
  while (page.next !== null) {
    page = await data(ask(new URL(page.next).searchParams.get("cursor") ?? ""));
    all.push(...page.results);
  }
  return all;
}

/** The answer without the keys that are others in every database. */
async function whole<T extends object>(answer: Promise<Answer<T>>): Promise<Omit<T, "next" | "previous" | "cursor">> {
  const { next, previous, cursor, ...rest } = (await data(answer)) as T & Record<string, unknown>;
  return rest as Omit<T, "next" | "previous" | "cursor">;
}

function same<T>(number: number, given: T, promised: NoInfer<T>): void {
  asked += 1;
  if (sorted(given) === sorted(promised)) return;
  wrong += 1;
  console.log(`question ${number}: ${sorted(given)}, not ${sorted(promised)}`);
}

function sorted(value: unknown): string {
  const isObject = (each: unknown) => typeof each === "object" && each !== null && !Array.isArray(each);
  return JSON.stringify(value, (_, each) => (isObject(each) ? Object.fromEntries(Object.entries(each).sort()) : each));
}

// questions
console.log(`openapi-typescript and openapi-fetch: ${asked - wrong} of ${asked} questions answered as promised`);
process.exitCode = wrong || !asked ? 1 : 0;
