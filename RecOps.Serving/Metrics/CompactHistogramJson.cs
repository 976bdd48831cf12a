using System.Text.Json;
using System.Text.Json.Serialization;

namespace RecOps.Serving.Metrics;

/// <summary>A packed histogram as base64.</summary>
internal sealed class CompactHistogramJson : JsonConverter<CompactHistogram>
{
    public override CompactHistogram Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        CompactHistogram.Unpack(reader.GetBytesFromBase64());

    public override void Write(Utf8JsonWriter writer, CompactHistogram value, JsonSerializerOptions options) =>
        writer.WriteBase64StringValue(value.Packed);
}
