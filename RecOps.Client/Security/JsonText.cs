using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace RecOps.Client.Security;

/// <summary>JSON for people.</summary>
internal static class JsonText
{
    private static readonly JsonWriterOptions Indented = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>With line breaks; unchanged when it is not JSON.</summary>
    public static string Pretty(string? json)
    {
        if (json is null)
            return "nothing";

        try
        {
            using MemoryStream text = new();
            using (Utf8JsonWriter writer = new(text, Indented))
                JsonNode.Parse(json)?.WriteTo(writer);
            return System.Text.Encoding.UTF8.GetString(text.ToArray());
        }
        catch (JsonException)
        {
            return json;
        }
    }
}
