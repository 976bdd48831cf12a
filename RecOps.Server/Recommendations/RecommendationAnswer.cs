using System.Collections.Concurrent;
using System.IO.Pipelines;
using System.Reflection;
using Microsoft.AspNetCore.Http.Metadata;
using RecOps.Server.Models;
using RecOps.Shared.Recommendations;

namespace RecOps.Server.Recommendations;

/// <summary>
/// One list on its way out, and the memory it is written in, used again by the next. The pipeline fills it; as the result of an
/// endpoint it writes itself as a <see cref="RecommendationResponse"/> and goes back to where it was rented.
/// </summary>
internal sealed class RecommendationAnswer : IResult, IEndpointMetadataProvider
{
    private const string ContentType = "application/json; charset=utf-8";
    private static readonly string[] NoRules = [];
    private readonly RankedItem[] _items = new RankedItem[RecommendationValidator.MaxCount];
    private Pool? _owner;
    private byte[] _json = [];

    /// <summary>Goes back in events; see <see cref="Recommendations.RequestId"/>.</summary>
    public UInt128 RequestId { get; private set; }

    public ServingModel Model { get; private set; } = null!;

    public RecommendationRequest Request { get; private set; } = null!;

    /// <summary>One of <see cref="RecommendationSource"/>.</summary>
    public string Source { get; private set; } = "";

    public bool Degraded { get; private set; }

    public int RulesVersion { get; private set; }

    /// <summary>Present when the request asked for it.</summary>
    public Explanation? Explain { get; private set; }

    /// <summary>Best first.</summary>
    public ReadOnlySpan<RankedItem> Items => _items.AsSpan(0, Count);

    private int Count { get; set; }

    public static void PopulateMetadata(MethodInfo method, EndpointBuilder builder) => builder.Metadata.Add(
        new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(RecommendationResponse), ["application/json"]));

    /// <summary>Where the list is to be put before <see cref="Complete"/> says how long it became.</summary>
    public Span<RankedItem> Places(int count) => _items.AsSpan(0, count);

    /// <param name="id">See <see cref="Recommendations.RequestId"/>.</param>
    /// <param name="request">Its user and placement are part of the answer.</param>
    /// <param name="count">Places that were filled.</param>
    public void Complete(
        UInt128 id, ServingModel model, RecommendationRequest request, int count, string source, bool degraded, int rulesVersion,
        Explanation? explain)
    {
        (Model, Request, Count, Source, Degraded, RulesVersion, Explain) = (model, request, count, source, degraded, rulesVersion, explain);
        RequestId = id;
    }

    /// <summary>As an object, for answers that are part of a larger one.</summary>
    public RecommendationResponse ToResponse()
    {
        var items = new RecommendedItem[Count];
        for (int i = 0; i < items.Length; i++)
            items[i] = new RecommendedItem(Model.Catalog.IdOf(_items[i].Ordinal), i + 1, ScoreText.ValueOf(_items[i].Score), NoRules);
        return new RecommendationResponse
        {
            RequestId = Recommendations.RequestId.ToText(RequestId),
            UserId = Request.UserId!,
            Placement = Request.Placement!,
            Items = items,
            Source = Source,
            Degraded = Degraded,
            ModelVersion = Model.Version,
            RulesVersion = RulesVersion,
            Explain = Explain,
        };
    }

    /// <summary>Writes the response. The answer must not be used afterwards.</summary>
    public Task ExecuteAsync(HttpContext httpContext)
    {
        int length = AnswerJson.Write(this, ref _json);
        HttpResponse response = httpContext.Response;
        response.ContentType = ContentType;
        response.ContentLength = length;

        // The writer has copied the bytes when it returns, whether or not they are on the wire yet.
        ValueTask<FlushResult> written = response.BodyWriter.WriteAsync(_json.AsMemory(0, length), httpContext.RequestAborted);
        Return();
        return written.IsCompletedSuccessfully ? Task.CompletedTask : written.AsTask();
    }

    /// <summary>Back to where it was rented.</summary>
    public void Return()
    {
        Explain = null;
        _owner?.Add(this);
    }

    /// <summary>Answers to be used again.</summary>
    public sealed class Pool
    {
        // As many are kept as were ever in use at once; an answer is rented only while its list is made and written.
        private readonly ConcurrentBag<RecommendationAnswer> _free = [];

        public RecommendationAnswer Rent() =>
            _free.TryTake(out RecommendationAnswer? answer) ? answer : new RecommendationAnswer { _owner = this };

        internal void Add(RecommendationAnswer answer) => _free.Add(answer);
    }
}
