using System.Text.Json;
using RecOps.Shared.Rules;

namespace RecOps.Server.Rules.Validation;

/// <summary>Reads rules from JSON and reports every value of the wrong type or in the wrong place.</summary>
internal static class RuleReader
{
    public static RuleDocument Document(JsonElement json, List<RuleError> errors)
    {
        if (json.ValueKind != JsonValueKind.Object)
            errors.Add(new RuleError("$", "The document must be an object with a list of rules: {\"rules\":[…]}."));
        else if (!json.TryGetProperty("rules", out JsonElement rules) || rules.ValueKind == JsonValueKind.Null)
            errors.Add(new RuleError("rules", "rules is missing."));
        return JsonFields.Of(json, "", errors, fields => new RuleDocument { Rules = fields.Objects("rules", Rule) ?? [] });
    }

    public static RuleSelection Selection(JsonElement json, string path, List<RuleError> errors) =>
        JsonFields.Of(json, path, errors, Selection);

    public static RuleSchedule Schedule(JsonElement json, string path, List<RuleError> errors) =>
        JsonFields.Of(json, path, errors, Schedule);

    private static Rule Rule(JsonFields fields) =>
        new()
        {
            Id = fields.Text("id") ?? "",
            Name = fields.Text("name") ?? "",
            Enabled = fields.Flag("enabled") ?? true,
            Priority = fields.Whole("priority") ?? 0,
            Owner = fields.Text("owner"),
            When = fields.Object("when", Condition) is { } when && when != new RuleCondition() ? when : null,
            Select = fields.Object("select", Selection),
            Then = fields.Object("then", Action) ?? new RuleAction(),
        };

    private static RuleCondition Condition(JsonFields fields) =>
        new()
        {
            Placements = fields.Texts("placements"),
            Segments = fields.Texts("segments"),
            Countries = fields.Texts("countries"),
            Clusters = fields.Wholes("clusters"),
            Viewing = fields.Object("viewing", Selection),
            Schedule = fields.Object("schedule", Schedule),
        };

    private static RuleSelection Selection(JsonFields fields) =>
        new()
        {
            Categories = fields.Texts("categories"),
            Brands = fields.Texts("brands"),
            Items = fields.Texts("items"),
            Price = fields.Object("price", range => new PriceRange { Min = range.Money("min"), Max = range.Money("max") }),
            InStock = fields.Flag("inStock"),
            Attributes = fields.TextsByName("attributes"),
            BoughtWithinDays = fields.Whole("boughtWithinDays"),
        };

    private static RuleSchedule Schedule(JsonFields fields) =>
        new()
        {
            TimeZone = fields.Text("timeZone") ?? "",
            From = fields.Text("from"),
            To = fields.Text("to"),
            Days = fields.Texts("days"),
            StartTime = fields.Text("startTime"),
            EndTime = fields.Text("endTime"),
        };

    private static RuleAction Action(JsonFields fields) =>
        new()
        {
            Type = fields.Text("type") ?? "",
            Strength = fields.Number("strength"),
            Position = fields.Whole("position"),
            AtOrAbove = fields.Whole("atOrAbove"),
            Max = fields.Whole("max"),
            By = fields.Text("by"),
            Within = fields.Whole("within"),
        };
}
