// What a shop does with RecOps: tells what a shopper did, asks what to show, and changes an item that is sold out.
// The types in recops.d.ts are made from docs/openapi/v1.json by openapi-typescript; README.md says how.
import type { components, paths } from "./recops";

type Schemas = components["schemas"];
type Problem = Schemas["HttpValidationProblemDetails"];

/** What a call answers when it succeeds. */
type Answer<Operation> = Operation extends { responses: infer Responses }
  ? { [Status in keyof Responses & (200 | 202)]: Responses[Status] }[keyof Responses & (200 | 202)] extends {
      content: { "application/json": infer Body };
    }
    ? Body
    : never
  : never;

class RecOps {
  constructor(
    private readonly address: string,
    private readonly key: string,
  ) {}

  recommend(request: Schemas["RecommendationRequest"]): Promise<Answer<paths["/v1/recommendations"]["post"]>> {
    return this.send("POST", "/v1/recommendations", request);
  }

  similar(itemId: string, count: number): Promise<Answer<paths["/v1/items/{itemId}/similar"]["get"]>> {
    return this.send("GET", `/v1/items/${encodeURIComponent(itemId)}/similar?count=${count}`);
  }

  tell(events: Schemas["ShopEvent"][]): Promise<Answer<paths["/v1/events"]["post"]>> {
    const request: Schemas["EventsRequest"] = { events };
    return this.send("POST", "/v1/events", request);
  }

  change(items: Schemas["CatalogItemUpdate"][]): Promise<Answer<paths["/v1/catalog/items"]["patch"]>> {
    const request: Schemas["CatalogUpdateRequest"] = { items };
    return this.send("PATCH", "/v1/catalog/items", request);
  }

  private async send<Body>(method: string, path: string, body?: unknown): Promise<Body> {
    const answer = await fetch(this.address + path, {
      method,
      headers: { "x-api-key": this.key, ...(body === undefined ? {} : { "content-type": "application/json" }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (answer.ok) return (await answer.json()) as Body;
    const problem = (await answer.json()) as Problem;
    const fields = Object.entries(problem.errors ?? {}).map(([field, errors]) => `${field}: ${errors.join(" ")}`);
    throw new Error([`${answer.status} ${problem.title ?? ""} ${problem.detail ?? ""}`.trim(), ...fields].join("\n"));
  }
}

async function main(): Promise<void> {
  const recops = new RecOps(process.env["SHOP"] ?? "http://127.0.0.1:5080", process.env["KEY"] ?? "");
  const list = await recops.recommend({ userId: process.argv[2] ?? "u-000017", count: 5, placement: "home" });
  console.log(`${list.source}: ${list.items.map((item) => `${item.position}. ${item.itemId} (${item.score.toFixed(3)})`).join(", ")}`);
  const shown = list.items[0];
  if (shown === undefined) throw new Error("The list is empty.");

  // The same eventId again changes nothing, so a call that broke off may simply be repeated.
  const told = await recops.tell([
    { userId: list.userId, itemId: shown.itemId, type: "click", requestId: list.requestId, eventId: `click-${list.requestId}` },
  ]);
  console.log(`${told.accepted} accepted, ${told.rejected.length} rejected`);

  const near = await recops.similar(shown.itemId, 3);
  console.log(`like ${near.itemId}: ${near.items.map((item) => item.itemId).join(", ")}`);

  const changed = await recops.change([{ itemId: shown.itemId, inStock: false, attributes: { campaign: "autumn", season: null } }]);
  console.log(`${changed.updated} updated, ${changed.missingIds.length} not known`);
  const after = await recops.recommend({ userId: list.userId, count: 5 });
  console.log(after.items.some((item) => item.itemId === shown.itemId) ? `${shown.itemId} is still shown` : `${shown.itemId} is gone`);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
