using System.Globalization;
using RecOps.Server.Catalog;
using RecOps.Server.Hosting;
using RecOps.Shared.Recommendations;

namespace RecOps.Server.Recommendations;

/// <summary>
/// Writes an answer as the JSON of a <see cref="RecommendationResponse"/>, byte for byte what the serializer makes of one. Item ids
/// come encoded from the catalogue, and everything whose text is known goes out in one piece.
/// </summary>
internal static class AnswerJson
{
    /// <summary>Everything but texts of the caller, items and the explanation.</summary>
    private const int Frame = 512;

    private const int ItemFrame = 64;
    private const int ExplanationFrame = 512;

    /// <param name="buffer">Written from its start; replaced by a larger one when it is too small.</param>
    /// <returns>How many bytes were written.</returns>
    public static int Write(RecommendationAnswer answer, ref byte[] buffer)
    {
        int bound = BoundOf(answer);
        if (buffer.Length < bound) buffer = new byte[bound];
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
            if (ScoreText.TryGet(items[i].Score, out ReadOnlySpan<byte> score)) json.Raw(score);
            else json.Number(items[i].Score);
            json.Raw(",\"rules\":[]}"u8);
        }

        json.Raw("],\"source\":"u8);
        json.Quoted(answer.Source);
        json.Raw(answer.Degraded ? ",\"degraded\":true,\"modelVersion\":"u8 : ",\"degraded\":false,\"modelVersion\":"u8);
        json.Quoted(answer.Model.Version);
        json.Raw(",\"rulesVersion\":"u8);
        json.Number(answer.RulesVersion);
        if (answer.Explain is { } explain) WriteExplanation(explain, ref json);
        json.Raw("}"u8);
        return json.Length;
    }

    private static int BoundOf(RecommendationAnswer answer)
    {
        int texts = answer.Request.UserId!.Length + answer.Request.Placement!.Length + answer.Source.Length + answer.Model.Version.Length;
        int bound = Frame + (JsonText.BytesPerCharacter * texts) + (answer.Explain is null ? 0 : ExplanationFrame);
        foreach (RankedItem item in answer.Items) bound += ItemFrame + answer.Model.Catalog.JsonIdOf(item.Ordinal).Length;
        return bound;
    }

    private static void WriteExplanation(Explanation explain, ref Text json)
    {
        StageTimings timings = explain.Timings;
        json.Raw(",\"explain\":{\"timings\":{\"totalMs\":"u8);
        json.Number(timings.TotalMs);
        json.Raw(",\"queueMs\":"u8);
        json.Number(timings.QueueMs);
        json.Raw(",\"embeddingMs\":"u8);
        json.Number(timings.EmbeddingMs);
        json.Raw(",\"retrievalMs\":"u8);
        json.Number(timings.RetrievalMs);
        json.Raw(",\"rankingMs\":"u8);
        json.Number(timings.RankingMs);
        json.Raw(",\"rulesMs\":"u8);
        json.Number(timings.RulesMs);
        json.Raw("}"u8);
        if (explain.ClusterId is { } cluster)
        {
            json.Raw(",\"clusterId\":"u8);
            json.Number(cluster);
        }

        json.Raw("}"u8);
    }

    /// <summary>Bytes written one after another into room that is large enough.</summary>
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
