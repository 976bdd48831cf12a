using RecOps.Serving.Models;
using RecOps.Serving.Ranking;
using RecOps.Serving.Rules;
using RecOps.Serving.Rules.Compilation;
using RecOps.Shared.Recommendations;

namespace RecOps.Serving.Engine;

/// <summary>
/// One list on its way out, and the memory it is written in, used again by the next. The pipeline fills it.
/// </summary>
internal class RecommendationAnswer
{
    private static readonly string[] NoRules = [];
    private readonly RankedItem[] _items = new RankedItem[RecommendationValidator.MaxCount];
    private ulong[] _touched = [];
    private ulong[] _holding = [];

    /// <summary>Goes back in events; see <see cref="Engine.RequestId"/>.</summary>
    public UInt128 RequestId { get; private set; }

    public ServingModel Model { get; private set; } = null!;

    public RecommendationRequest Request { get; private set; } = null!;

    /// <summary>One of <see cref="RecommendationSource"/>.</summary>
    public string Source { get; private set; } = "";

    public bool Degraded { get; private set; }

    /// <summary>That the list was made under.</summary>
    public RuleSet Rules { get; private set; } = null!;

    /// <summary>The shopper's, -1 for none.</summary>
    public int Cluster { get; private set; }

    /// <summary>What rules did; null when nobody asked.</summary>
    public RuleTrace? Trace { get; private set; }

    /// <summary>Present when the request asked for it.</summary>
    public Explanation? Explanation { get; private set; }

    /// <summary>Rules that held, as places in <see cref="Rules"/>; empty when nobody asked.</summary>
    public ReadOnlySpan<ulong> Holding => _holding;

    /// <summary>Best first.</summary>
    public ReadOnlySpan<RankedItem> Items => _items.AsSpan(0, Count);

    private int Count { get; set; }

    /// <summary>Where the list is to be put before <see cref="Complete"/> says how long it became.</summary>
    public Span<RankedItem> Places(int count) => _items.AsSpan(0, count);

    /// <summary>Where the rules that touched each item are to be put, before <see cref="Complete"/>.</summary>
    /// <param name="words">Length of a set of rules.</param>
    public Span<ulong> Touched(int count, int words)
    {
        if (_touched.Length < count * words)
            _touched = new ulong[_items.Length * words];
        return _touched.AsSpan(0, count * words);
    }

    /// <summary>The rules that touched the item at a place, as places in <see cref="Rules"/>.</summary>
    public ReadOnlySpan<ulong> TouchedAt(int place) => _touched.AsSpan(place * Rules.Words, Rules.Words);

    /// <summary>Keeps the rules that held, for those who ask why.</summary>
    public void Keep(ReadOnlySpan<ulong> holding) => _holding = holding.ToArray();

    /// <param name="id">See <see cref="Engine.RequestId"/>.</param>
    /// <param name="context">Its user and placement are part of the answer.</param>
    /// <param name="count">Places that were filled.</param>
    /// <param name="cluster">The shopper's, -1 for none.</param>
    /// <param name="trace">Null when nobody asked why.</param>
    public void Complete(UInt128 id, in RequestContext context, int count, string source, bool degraded, int cluster, RuleTrace? trace)
    {
        (Model, Rules, Request, Count, Source, Degraded) = (context.Model, context.Rules, context.Request, count, source, degraded);
        (RequestId, Cluster, Trace) = (id, cluster, trace);
    }

    /// <summary>Adds why the list looks as it does; it must have a trace.</summary>
    public void Explain(StageTimings timings)
    {
        var steps = new ExplainedItem[Count];
        for (int place = 0; place < Count; place++)
            steps[place] = RuleExplanation.Of(Rules, Model.Catalog, Trace!.Placed[place], place, TouchedAt(place));
        Explanation = new Explanation(timings, Cluster < 0 ? null : Cluster, steps);
    }

    /// <summary>As an object, for answers that are part of a larger one.</summary>
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

    /// <summary>Makes it ready to be used again.</summary>
    public virtual void Return()
    {
        Explanation = null;
        Trace = null;
        _holding = [];

        // An answer that lies in a pool for long must not keep a model that was replaced.
        Model = null!;
        Rules = null!;
    }
}
