using System.Reflection;
using System.Text.Json;
using RecOps.Serving.Validation;
using RecOps.Shared;

namespace RecOps.Server.Hosting.Problems;

/// <summary>Explains where and why a body could not be read, in the caller's terms.</summary>
internal static class JsonMistake
{
    private const string Unknown = "of the expected type";
    private const string WholeNumber = "a whole number";
    private const string Time = "an ISO 8601 time such as 2026-05-01T12:00:00Z";

    /// <summary>The JSON path as callers write it: <c>events[2].type</c>; <c>$</c> for the document itself.</summary>
    public static string FieldOf(JsonException json)
    {
        string path = PathOf(json);
        if (UnknownField(json) is not { } unknown || path == unknown.Name || path.EndsWith($".{unknown.Name}", StringComparison.Ordinal))
            return path;
        return path == "$" ? unknown.Name : $"{path}.{unknown.Name}";
    }

    private static string PathOf(JsonException json) =>
        json.Path switch
        {
            null or "" or "$" => "$",
            ['$', '.', .. string rest] => rest,
            ['$', .. string rest] => rest,
            var other => other,
        };

    public static string MessageOf(JsonException json)
    {
        string place = $"line {(json.LineNumber ?? 0) + 1}, byte {json.BytePositionInLine ?? 0}";

        if (IsDuplicate(json))
            return DuplicateIn(json) is { } name
                ? $"The field '{name}' appears twice in one object ({place}). Send it once."
                : $"A field appears twice in one object ({place}). Send it once.";

        if (UnknownField(json) is { } unknown)
            return UnknownName.Describe("field", unknown.Name, unknown.Known);

        if (json.InnerException is JsonException inner && inner.Message.Contains("maximum configured depth", StringComparison.Ordinal))
            return $"It is nested too deep ({place}).";

        // Only the reader's own exceptions are about syntax; any other means a well-formed value in the wrong place.
        return json.InnerException is JsonException
            ? $"This is not well-formed JSON ({place})."
            : $"The value must be {Expected(json)} ({place}).";
    }

    /// <returns>The duplicated field name; null for other mistakes, and when the message does not say.</returns>
    public static string? DuplicateIn(JsonException json)
    {
        if (!IsDuplicate(json))
            return null;

        // "Duplicate property 'x' encountered …"; where the value has a type, its .NET name follows in quotes too.
        int start = json.Message.IndexOf('\'', StringComparison.Ordinal) + 1;
        int end = json.Message.IndexOf("' encountered", StringComparison.Ordinal);
        if (end < 0)
            end = json.Message.LastIndexOf('\'');
        return end > start && start > 0 ? json.Message[start..end] : null;
    }

    /// <summary>Named only in the message: "The JSON property 'x' could not be mapped to any .NET member contained in type 'N.T'."</summary>
    private static (string Name, string[] Known)? UnknownField(JsonException json)
    {
        const string marker = "' could not be mapped to any .NET member contained in type '";
        int end = json.Message.IndexOf(marker, StringComparison.Ordinal);
        int start = json.Message.IndexOf('\'', StringComparison.Ordinal) + 1;
        if (end < start || start == 0)
            return null;
        string type = json.Message[(end + marker.Length)..].Split('\'')[0];
        PropertyInfo[] properties = typeof(Routes).Assembly.GetType(type)?.GetProperties() ?? [];
        return (json.Message[start..end], [.. properties.Select(property => JsonNamingPolicy.CamelCase.ConvertName(property.Name))]);
    }

    // "Duplicate property 'x' …" for an object, "Duplicate properties …" for a map.
    private static bool IsDuplicate(JsonException json) => json.Message.StartsWith("Duplicate propert", StringComparison.Ordinal);

    /// <summary>
    /// The reader and the serializer name the expected type only in their messages: "… token type 'Number' as a string." and "… could not
    /// be converted to System.Int32. Path: …".
    /// </summary>
    private static string Expected(JsonException json)
    {
        // For these, the serializer's message names the enclosing type, not the value's.
        if (json.InnerException is InvalidOperationException { Message: { } wanted })
        {
            if (wanted.Contains("as a string", StringComparison.Ordinal))
                return "a string";
            if (wanted.Contains("UTF-16", StringComparison.Ordinal))
                return "valid Unicode, without half of a surrogate pair";
            if (wanted.Contains("as a boolean", StringComparison.Ordinal))
                return "true or false";
            if (wanted.Contains("as a number", StringComparison.Ordinal))
                return json.Message.Contains(nameof(Int32), StringComparison.Ordinal) ? WholeNumber : "a number";
        }

        if (json.InnerException is FormatException { Message: { } number } && number.Contains(nameof(Decimal), StringComparison.Ordinal))
            return "a number of at most 28 digits";

        if (
            json.InnerException is FormatException { Message: { } format }
            && format.Contains(nameof(DateTimeOffset), StringComparison.Ordinal)
        )
            return Time;
        string message = json.Message;
        const string marker = "converted to ";
        int start = message.IndexOf(marker, StringComparison.Ordinal);
        if (start < 0)
            return Unknown;
        string type = message[(start + marker.Length)..].Split(". ", 2)[0];
        if (type.Contains("[]", StringComparison.Ordinal))
            return "a list";
        if (type.Contains(nameof(DateTimeOffset), StringComparison.Ordinal))
            return Time;
        if (type.Contains(nameof(Boolean), StringComparison.Ordinal))
            return "true or false";
        if (type.Contains(nameof(Int32), StringComparison.Ordinal))
            return WholeNumber;
        if (type.Contains(nameof(Decimal), StringComparison.Ordinal) || type.Contains(nameof(Double), StringComparison.Ordinal))
            return "a number";
        if (type.Contains(nameof(String), StringComparison.Ordinal) && !type.Contains("Dictionary", StringComparison.Ordinal))
            return "a string";
        return "an object";
    }
}
