using System.Text.Json;
using RecOps.Serving.Validation;
using RecOps.Shared.Rules;

namespace RecOps.Server.Rules.Validation;

/// <summary>
/// Reads the fields of one JSON object and writes down everything that is wrong with them, where the serializer would stop at the
/// first. A field that nobody asked for is a mistake too: misspelt, a condition would silently not be there.
/// </summary>
/// <param name="path">Of the object.</param>
internal sealed class JsonFields(JsonElement json, string path, List<RuleError> errors)
{
    private readonly List<string> _known = [];

    public string? Text(string name) => Read(name, JsonValueKind.String, "text", value => value.GetString());

    public bool? Flag(string name)
    {
        if (Find(name) is not { } value)
            return null;
        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False)
            return value.GetBoolean();
        Wrong(name, "must be true or false.");
        return null;
    }

    public int? Whole(string name)
    {
        if (Find(name) is not { } value)
            return null;
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int number))
            return number;
        Wrong(name, "must be a whole number.");
        return null;
    }

    public double? Number(string name)
    {
        if (Find(name) is not { } value)
            return null;
        if (value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double number) && double.IsFinite(number))
            return number;
        Wrong(name, "must be a number.");
        return null;
    }

    public decimal? Money(string name)
    {
        if (Find(name) is not { } value)
            return null;
        if (value.ValueKind == JsonValueKind.Number && value.TryGetDecimal(out decimal number))
            return number;
        Wrong(name, "must be a number.");
        return null;
    }

    public string[]? Texts(string name) =>
        List(
            name,
            "text",
            (JsonElement value, out string text) =>
            {
                text = value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
                return value.ValueKind == JsonValueKind.String;
            }
        );

    public int[]? Wholes(string name) =>
        List(
            name,
            "a whole number",
            (JsonElement value, out int number) =>
            {
                number = 0;
                return value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out number);
            }
        );

    public T? Object<T>(string name, Func<JsonFields, T> read)
        where T : class
    {
        if (Find(name) is not { } value)
            return null;
        if (value.ValueKind == JsonValueKind.Object)
            return Of(value, PathOf(name), errors, read);
        Wrong(name, "must be an object.");
        return null;
    }

    public T[]? Objects<T>(string name, Func<JsonFields, T> read)
        where T : class
    {
        if (Find(name) is not { } value)
            return null;
        if (value.ValueKind != JsonValueKind.Array)
        {
            Wrong(name, "must be a list.");
            return null;
        }

        var list = new List<T>();
        foreach (JsonElement entry in value.EnumerateArray())
        {
            string at = $"{PathOf(name)}[{list.Count}]";
            if (entry.ValueKind != JsonValueKind.Object)
                errors.Add(new RuleError(at, $"{at} must be an object."));
            list.Add(Of(entry, at, errors, read));
        }

        return [.. list];
    }

    /// <summary>Lists of text by names that are free.</summary>
    public Dictionary<string, string[]>? TextsByName(string name)
    {
        if (Find(name) is not { } value)
            return null;
        if (value.ValueKind != JsonValueKind.Object)
        {
            Wrong(name, "must be an object with lists of values by name.");
            return null;
        }

        var inner = new JsonFields(value, PathOf(name), errors);
        var all = new Dictionary<string, string[]>(StringComparer.Ordinal);
        foreach (JsonProperty property in value.EnumerateObject())
        {
            if (inner.Texts(property.Name) is { } texts)
                all[property.Name] = texts;
        }

        return all;
    }

    /// <summary>Reads a whole object, and finds what it should not have.</summary>
    public static T Of<T>(JsonElement json, string path, List<RuleError> errors, Func<JsonFields, T> read)
    {
        var fields = new JsonFields(json, path, errors);
        T value = read(fields);
        if (json.ValueKind != JsonValueKind.Object)
            return value;
        foreach (JsonProperty property in json.EnumerateObject())
        {
            if (!fields._known.Contains(property.Name))
                errors.Add(new RuleError(fields.PathOf(property.Name), UnknownName.Describe("field", property.Name, fields._known)));
        }

        return value;
    }

    private delegate bool Parse<T>(JsonElement value, out T parsed);

    private T[]? List<T>(string name, string what, Parse<T> parse)
    {
        if (Find(name) is not { } value)
            return null;
        if (value.ValueKind != JsonValueKind.Array)
        {
            Wrong(name, "must be a list.");
            return null;
        }

        var list = new List<T>();
        int index = 0;
        foreach (JsonElement entry in value.EnumerateArray())
        {
            if (parse(entry, out T parsed))
                list.Add(parsed);
            else
                Wrong($"{name}[{index}]", $"must be {what}.");
            index++;
        }

        return [.. list];
    }

    private T? Read<T>(string name, JsonValueKind kind, string what, Func<JsonElement, T?> read)
        where T : class
    {
        if (Find(name) is not { } value)
            return null;
        if (value.ValueKind == kind)
            return read(value);
        Wrong(name, $"must be {what}.");
        return null;
    }

    private JsonElement? Find(string name)
    {
        _known.Add(name);
        return
            json.ValueKind == JsonValueKind.Object
            && json.TryGetProperty(name, out JsonElement value)
            && value.ValueKind != JsonValueKind.Null
            ? value
            : null;
    }

    private string PathOf(string name) => path.Length == 0 ? name : $"{path}.{name}";

    private void Wrong(string name, string what) => errors.Add(new RuleError(PathOf(name), $"{name} {what}"));
}
