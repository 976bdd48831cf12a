using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using RecOps.Serving.Catalog;
using RecOps.Serving.Engine;
using RecOps.Serving.Ranking;
using RecOps.Serving.Rules.Compilation;
using RecOps.Shared.Recommendations;

namespace RecOps.Server.Recommendations;

/// <summary>
/// Writes an answer as the JSON of a <see cref="RecommendationResponse"/>, byte for byte what the serializer would write. Item ids come
/// pre-encoded from the catalogue, and all constant text is written in one piece.
/// </summary>
internal static class AnswerJson
{
    /// <summary>Bytes of everything but the caller's texts, the items and the explanation.</summary>
    private const int Frame = 512;

    private const int ItemFrame = 64;

    /// <summary>With the same escapes as all other answers.</summary>
    private static readonly RecommendationContracts Relaxed = new(
        new JsonSerializerOptions(RecommendationContracts.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }
    );

    /// <param name="buffer">Written from the start; replaced by a larger one when it is too small.</param>
    /// <returns>The number of bytes written.</returns>
    public static int Write(RecommendationAnswer answer, ref byte[] buffer)
    {
        byte[] explanation = answer.Explanation is { } explain ? JsonSerializer.SerializeToUtf8Bytes(explain, Relaxed.Explanation) : [];
        int bound = BoundOf(answer) + explanation.Length;
        if (buffer.Length < bound)
            buffer = new byte[bound];
        var json = new Text(buffer);
        json.Raw("{\"requestId\":\""u8);
        RequestId.Write(answer.RequestId, json.Next(RequestId.Length));
        json.Raw("\",\"userId\":"u8);
        json.Quoted(answer.Request.UserId!);
        json.Raw(",\"placement\":"u8);
        json.Quoted(answer.Request.Placement!);
        json.Raw(",\"items\":["u8);
        ItemCatalog catalog = answer.Model.Catalog;
        ReadOnlySpan<RankedItem> items = answer.Items;
        for (int i = 0; i < items.Length; i++)
        {
            json.Raw(i == 0 ? "{\"itemId\":\""u8 : ",{\"itemId\":\""u8);
            json.Raw(catalog.JsonIdOf(items[i].Ordinal));
            json.Raw("\",\"position\":"u8);
            json.Number(i + 1);
            json.Raw(",\"score\":"u8);
            if (ScoreText.TryGet(items[i].Score, out ReadOnlySpan<byte> score))
                json.Raw(score);
            else
                json.Number(items[i].Score);
            WriteRules(answer, i, ref json);
        }

        json.Raw("],\"source\":"u8);
        json.Quoted(answer.Source);
        json.Raw(answer.Degraded ? ",\"degraded\":true,\"modelVersion\":"u8 : ",\"degraded\":false,\"modelVersion\":"u8);
        json.Quoted(answer.Model.Version);
        json.Raw(",\"rulesVersion\":"u8);
        json.Number(answer.Rules.Version);
        if (explanation.Length > 0)
        {
            json.Raw(",\"explain\":"u8);
            json.Raw(explanation);
        }

        json.Raw("}"u8);
        return json.Length;
    }

    private static int BoundOf(RecommendationAnswer answer)
    {
        int texts = answer.Request.UserId!.Length + answer.Request.Placement!.Length + answer.Source.Length + answer.Model.Version.Length;
        int bound = Frame + (JsonText.BytesPerCharacter * texts);
        foreach (RankedItem item in answer.Items)
            bound += ItemFrame + answer.Model.Catalog.JsonIdOf(item.Ordinal).Length;
        if (answer.Rules.Words == 0)
            return bound;
        for (int place = 0; place < answer.Items.Length; place++)
        {
            ReadOnlySpan<ulong> touched = answer.TouchedAt(place);
            for (int rule = RuleBits.Next(touched, 0); rule >= 0; rule = RuleBits.Next(touched, rule + 1))
                bound += answer.Rules.JsonIds[rule].Length + 1;
        }

        return bound;
    }

    private static void WriteRules(RecommendationAnswer answer, int place, ref Text json)
    {
        json.Raw(",\"rules\":["u8);
        if (answer.Rules.Words > 0)
        {
            ReadOnlySpan<ulong> touched = answer.TouchedAt(place);
            bool first = true;
            for (int rule = RuleBits.Next(touched, 0); rule >= 0; rule = RuleBits.Next(touched, rule + 1))
            {
                if (!first)
                    json.Raw(","u8);
                json.Raw(answer.Rules.JsonIds[rule]);
                first = false;
            }
        }

        json.Raw("]}"u8);
    }

    /// <summary>Writes bytes in sequence into a buffer that is large enough.</summary>
    private ref struct Text(Span<byte> target)
    {
        private readonly Span<byte> _target = target;

        public int Length { get; private set; }

        public Span<byte> Next(int length)
        {
            Span<byte> next = _target.Slice(Length, length);
            Length += length;
            return next;
        }

        public void Raw(ReadOnlySpan<byte> bytes)
        {
            bytes.CopyTo(_target[Length..]);
            Length += bytes.Length;
        }

        public void Number<T>(T number)
            where T : IUtf8SpanFormattable
        {
            number.TryFormat(_target[Length..], out int written, default, CultureInfo.InvariantCulture);
            Length += written;
        }

        public void Quoted(string text)
        {
            Raw("\""u8);
            Length += JsonText.Encode(text, _target[Length..]);
            Raw("\""u8);
        }
    }
}
