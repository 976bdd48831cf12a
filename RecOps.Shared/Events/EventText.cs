using System.Text.Json;
using System.Text.Json.Serialization;

namespace RecOps.Shared.Events;

/// <summary>
/// Reads a string of an event. A value that is not a string becomes a marker, so that only its event is rejected and not the whole call.
/// </summary>
public sealed class EventText : JsonConverter<string>
{
    /// <summary>Compared by reference, so that no text from a caller can be mistaken for it.</summary>
    private static readonly string None = new('?', 1);

    public static bool IsNone(string? text) => ReferenceEquals(text, None);

    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String)
            return reader.GetString();
        _ = reader.TrySkip();
        return None;
    }

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);
}
