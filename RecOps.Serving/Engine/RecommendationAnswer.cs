using RecOps.Serving.Models;
using RecOps.Serving.Ranking;
using RecOps.Serving.Rules;
using RecOps.Serving.Rules.Compilation;
using RecOps.Shared.Recommendations;

namespace RecOps.Serving.Engine;

/// <summary>One answer and the pooled memory that it is written in. The pipeline fills it.</summary>
internal class RecommendationAnswer
{
    private static readonly string[] NoRules = [];
    private readonly RankedItem[] _items = new RankedItem[RecommendationValidator.MaxCount];
    private ulong[] _touched = [];
    private ulong[] _holding = [];

    /// <summary>Returned in events; see <see cref="Engine.RequestId"/>.</summary>
    public UInt128 RequestId { get; private set; }

    public ServingModel Model { get; private set; } = null!;

    public RecommendationRequest Request { get; private set; } = null!;

    /// <summary>One of <see cref="RecommendationSource"/>.</summary>
    public string Source { get; private set; } = "";

    public bool Degraded { get; private set; }

    /// <summary>Version of the rules that the list was made under.</summary>
    public RuleSet Rules { get; private set; } = null!;

    /// <summary>The shopper's, -1 for none.</summary>
    public int Cluster { get; private set; }

    /// <summary>What rules did; null unless requested.</summary>
    public RuleTrace? Trace { get; private set; }

    /// <summary>Present if the request asked for it.</summary>
    public Explanation? Explanation { get; private set; }

    /// <summary>Applied rules, as indexes into <see cref="Rules"/>; empty unless requested.</summary>
    public ReadOnlySpan<ulong> Holding => _holding;

    /// <summary>Best first.</summary>
    public ReadOnlySpan<RankedItem> Items => _items.AsSpan(0, Count);

    private int Count { get; set; }

    /// <summary>Buffer for the list, until <see cref="Complete"/> sets its length.</summary>
    public Span<RankedItem> Places(int count) => _items.AsSpan(0, count);

    /// <summary>Buffer for the rules that touched each item, until <see cref="Complete"/>.</summary>
    /// <param name="words">Length of a set of rules.</param>
    public Span<ulong> Touched(int count, int words)
    {
        if (_touched.Length < count * words)
            _touched = new ulong[_items.Length * words];
        return _touched.AsSpan(0, count * words);
    }

    /// <summary>The rules that touched the item at a position, as indexes into <see cref="Rules"/>.</summary>
    public ReadOnlySpan<ulong> TouchedAt(int place) => _touched.AsSpan(place * Rules.Words, Rules.Words);

    /// <summary>Stores the rules that applied, for explanations.</summary>
    public void Keep(ReadOnlySpan<ulong> holding) => _holding = holding.ToArray();

    /// <param name="id">See <see cref="Engine.RequestId"/>.</param>
    /// <param name="context">Its user and placement are part of the answer.</param>
    /// <param name="count">Number of positions filled.</param>
    /// <param name="cluster">The shopper's, -1 for none.</param>
    /// <param name="trace">Null unless an explanation was requested.</param>
    public void Complete(UInt128 id, in RequestContext context, int count, string source, bool degraded, int cluster, RuleTrace? trace)
    {
        (Model, Rules, Request, Count, Source, Degraded) = (context.Model, context.Rules, context.Request, count, source, degraded);
        (RequestId, Cluster, Trace) = (id, cluster, trace);
    }

    /// <summary>Adds the explanation of the list; requires a trace.</summary>
    public void Explain(StageTimings timings)
    {
        var steps = new ExplainedItem[Count];
        for (int place = 0; place < Count; place++)
            steps[place] = RuleExplanation.Of(Rules, Model.Catalog, Trace!.Placed[place], place, TouchedAt(place));
        Explanation = new Explanation(timings, Cluster < 0 ? null : Cluster, steps);
    }

    /// <summary>As an object, for answers inside a larger one.</summary>
    public RecommendationResponse ToResponse()
    {
        var items = new RecommendedItem[Count];
        for (int i = 0; i < items.Length; i++)
            items[i] = new RecommendedItem(Model.Catalog.IdOf(_items[i].Ordinal), i + 1, ScoreText.ValueOf(_items[i].Score), RuleIdsAt(i));
        return new RecommendationResponse
        {
            RequestId = Engine.RequestId.ToText(RequestId),
            UserId = Request.UserId!,
            Placement = Request.Placement!,
            Items = items,
            Source = Source,
            Degraded = Degraded,
            ModelVersion = Model.Version,
            RulesVersion = Rules.Version,
            Explain = Explanation,
        };
    }

    private string[] RuleIdsAt(int place)
    {
        if (!RuleBits.Any(TouchedAt(place)))
            return NoRules;
        var ids = new List<string>();
        ReadOnlySpan<ulong> touched = TouchedAt(place);
        for (int rule = RuleBits.Next(touched, 0); rule >= 0; rule = RuleBits.Next(touched, rule + 1))
            ids.Add(Rules.Rules[rule].Id);
        return [.. ids];
    }

    /// <summary>Resets it for reuse.</summary>
    public virtual void Return()
    {
        Explanation = null;
        Trace = null;
        _holding = [];

        // A pooled answer must not keep a replaced model alive.
        Model = null!;
        Rules = null!;
    }
}
