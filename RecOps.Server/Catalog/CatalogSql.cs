namespace RecOps.Server.Catalog;

/// <summary>
/// Merges many changes into <see cref="CatalogItem"/>s in one statement. The database merges under the row's lock, so when two replicas
/// change different fields of an item at once, neither overwrites the other.
/// </summary>
internal static class CatalogSql
{
    // {0} is a JSON array of SentItem, {1} the number before the first, {2} now.
    public const string MergeInPostgres = """
        INSERT INTO "CatalogItems" AS item ("ItemId", "Price", "InStock", "Attributes", "Version", "ChangedAt")
        SELECT sent."itemId", sent."price", sent."inStock", sent."attributes"::text, {1} + sent."place", {2}
        FROM json_to_recordset({0}::json) AS sent("itemId" text, "price" numeric, "inStock" boolean, "attributes" json, "place" bigint)
        ON CONFLICT ("ItemId") DO UPDATE SET
            "Price" = COALESCE(EXCLUDED."Price", item."Price"),
            "InStock" = COALESCE(EXCLUDED."InStock", item."InStock"),
            "Attributes" = CASE
                WHEN EXCLUDED."Attributes" IS NULL THEN item."Attributes"
                WHEN item."Attributes" IS NULL THEN EXCLUDED."Attributes"
                ELSE (item."Attributes"::jsonb || EXCLUDED."Attributes"::jsonb)::text END,
            "Version" = EXCLUDED."Version",
            "ChangedAt" = EXCLUDED."ChangedAt"
        RETURNING item."ItemId", item."Price", item."InStock", item."Attributes", item."Version", item."ChangedAt"
        """;

    public const string MergeInSqlite = """
        INSERT INTO "CatalogItems" ("ItemId", "Price", "InStock", "Attributes", "Version", "ChangedAt")
        SELECT value ->> 'itemId', value ->> 'price', value ->> 'inStock', value ->> 'attributes', {1} + (value ->> 'place'), {2}
        FROM json_each({0}) WHERE true
        ON CONFLICT ("ItemId") DO UPDATE SET
            "Price" = COALESCE(excluded."Price", "Price"),
            "InStock" = COALESCE(excluded."InStock", "InStock"),
            "Attributes" = CASE
                WHEN excluded."Attributes" IS NULL THEN "Attributes"
                WHEN "Attributes" IS NULL THEN excluded."Attributes"
                ELSE json_patch("Attributes", excluded."Attributes") END,
            "Version" = excluded."Version",
            "ChangedAt" = excluded."ChangedAt"
        RETURNING "ItemId", "Price", "InStock", "Attributes", "Version", "ChangedAt"
        """;
}
