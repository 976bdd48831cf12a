using System.Text.Json;
using System.Text.Json.Serialization;

namespace RecOps.Shared.Events;

/// <summary>
/// Reads when an event happened: ISO 8601, or seconds since 1970 with or without a fraction. An invalid time becomes
/// <see cref="None"/>, so that only its event is rejected and not the whole call.
/// </summary>
public sealed class EventTime : JsonConverter<DateTimeOffset>
{
    /// <summary>Stands for an invalid time.</summary>
    public static readonly DateTimeOffset None = DateTimeOffset.MinValue;

    private const double LastSecond = 253_402_300_799;

    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.Number:
                return reader.TryGetDouble(out double seconds) && seconds is >= 0 and <= LastSecond
                    ? DateTimeOffset.UnixEpoch.AddTicks((long)(seconds * TimeSpan.TicksPerSecond))
                    : None;
            case JsonTokenType.String:
                return IsoTime.TryParse(reader.GetString(), out DateTimeOffset time) ? time : None;
            default:
                _ = reader.TrySkip();
                return None;
        }
    }

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value);
}
