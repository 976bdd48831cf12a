using System.Text.Json;
using System.Text.Json.Serialization;

namespace RecOps.Shared.Events;

/// <summary>
/// Reads a text of an event. What is none becomes a text that stands for it, so that it rejects one event and not all that came with it.
/// </summary>
public sealed class EventText : JsonConverter<string>
{
    /// <summary>Told by reference, so that no text that a caller sends is taken for it.</summary>
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
