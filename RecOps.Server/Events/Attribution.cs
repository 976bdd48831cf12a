using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Diagnostics.Metrics;
using System.Globalization;
using Microsoft.Extensions.Options;
using RecOps.Serving.Engine;
using RecOps.Serving.Metrics;
using RecOps.Serving.Models;
using RecOps.Serving.Users;
using RecOps.Shared.Events;
using RecOps.Shared.Recommendations;

namespace RecOps.Server.Events;

/// <summary>
/// Counts what lists lead to: how many were served, clicked and bought from, by placement, source, model and cluster, hour by hour for a
/// day. The answer's id encodes which list it was; see <see cref="RequestId"/>. Safe from any thread; counting allocates nothing.
/// </summary>
internal sealed class Attribution : IRequestIds
{
    public const int Hours = 24;
    private const long HourMilliseconds = 3_600_000;
    private const int Models = 1024;
    private const int Clusters = 4096;
    private const int ShownClusters = 200;
    private const int Kinds = 3;
    private const int Lists = 0;
    private const int Clicks = 1;
    private const int Purchases = 2;
    private readonly FrozenDictionary<string, int> _placements;
    private readonly string[] _placementNames;
    private readonly SlottedCounts _byPlacement;
    private readonly SlottedCounts _bySource = new(Hours, HourMilliseconds, RecommendationSource.All.Length * Kinds);
    private readonly SlottedCounts _byModel = new(Hours, HourMilliseconds, Models * Kinds);
    private readonly SlottedCounts _byCluster = new(Hours, HourMilliseconds, (Clusters + 1) * Kinds);
    private readonly ConcurrentDictionary<int, string> _modelNames = new();
    private readonly TimeProvider _time;
    private readonly DateTimeOffset _started;
    private readonly Counter<long> _outcomes;

    public Attribution(IOptions<ServingOptions> options, IMeterFactory meters, TimeProvider time)
    {
        _placementNames = [.. options.Value.AllPlacements];
        _placements = _placementNames
            .Select((name, place) => (name, place))
            .ToFrozenDictionary(pair => pair.name, pair => pair.place, StringComparer.Ordinal);
        _byPlacement = new SlottedCounts(Hours, HourMilliseconds, Math.Max(32, _placementNames.Length) * Kinds);
        (_time, _started) = (time, time.GetUtcNow());
        _outcomes = meters
            .Create("RecOps.Attribution")
            .CreateCounter<long>("recops.attribution", "{event}", "Clicks and purchases that name a list, by placement and source.");
    }

    /// <summary>Counts a list that is served.</summary>
    /// <returns>The id that its events should carry.</returns>
    public UInt128 Next(ServingModel model, string placement, string source, int cluster, long unixMilliseconds)
    {
        int modelBits = (int)(model.Generation & (Models - 1));
        var tag = new ListTag(
            _placements.GetValueOrDefault(placement),
            Array.IndexOf(RecommendationSource.All, source),
            cluster,
            modelBits,
            (int)(unixMilliseconds / 60_000 % 65_536)
        );
        if (!_modelNames.ContainsKey(modelBits))
            _modelNames[modelBits] = model.Version;
        Count(tag, Lists, unixMilliseconds);
        return RequestId.New(tag);
    }

    /// <summary>Counts an event that names a list; ids that are not ours are ignored.</summary>
    /// <param name="live">Models that may count what their lists lead to.</param>
    public void Happened(EventKind kind, string? requestId, ImmutableArray<ServingModel> live)
    {
        if (kind is not (EventKind.Click or EventKind.Purchase) || !RequestId.TryRead(requestId, out ListTag tag))
            return;
        if (tag.Placement >= _placementNames.Length || tag.Source >= RecommendationSource.All.Length)
            return;
        long now = _time.GetUtcNow().ToUnixTimeMilliseconds();
        Count(tag, kind == EventKind.Click ? Clicks : Purchases, now);
        foreach (ServingModel model in live)
        {
            if ((int)(model.Generation & (Models - 1)) == tag.Model)
                model.Figures?.Happened(kind == EventKind.Click, tag.Minute, now / 60_000);
        }

        _outcomes.Add(
            1,
            new("type", ShopEventType.All[(int)kind]),
            new("placement", _placementNames[tag.Placement]),
            new("source", RecommendationSource.All[tag.Source])
        );
    }

    /// <param name="hours">1 to <see cref="Hours"/>, the current hour included.</param>
    public AttributionReport Report(int hours)
    {
        long last = _byPlacement.NumberOf(_time.GetUtcNow().ToUnixTimeMilliseconds());
        long first = last - hours + 1;
        DateTimeOffset since = DateTimeOffset.FromUnixTimeMilliseconds(first * HourMilliseconds);
        return new AttributionReport(
            since > _started ? since : _started,
            hours,
            Rows(_byPlacement, first, last, place => place < _placementNames.Length ? _placementNames[place] : "?"),
            Rows(_bySource, first, last, source => RecommendationSource.All[source]),
            Rows(_byModel, first, last, model => _modelNames.GetValueOrDefault(model, "a model from before the start")),
            [
                .. Rows(_byCluster, first, last, cluster => cluster == Clusters ? "none" : cluster.ToString(CultureInfo.InvariantCulture))
                    .Take(ShownClusters),
            ]
        );
    }

    private static AttributionRow[] Rows(SlottedCounts counts, long first, long last, Func<int, string> name)
    {
        var rows = new List<AttributionRow>();
        for (int at = 0; at < counts.Size / Kinds; at++)
        {
            long lists = counts.Sum(first, last, (at * Kinds) + Lists);
            long clicks = counts.Sum(first, last, (at * Kinds) + Clicks);
            long purchases = counts.Sum(first, last, (at * Kinds) + Purchases);
            if (lists + clicks + purchases > 0)
                rows.Add(new AttributionRow(name(at), lists, clicks, purchases));
        }

        return [.. rows.OrderByDescending(row => row.Lists)];
    }

    private void Count(in ListTag tag, int kind, long unixMilliseconds)
    {
        _byPlacement.Add((tag.Placement * Kinds) + kind, unixMilliseconds);
        _bySource.Add((tag.Source * Kinds) + kind, unixMilliseconds);
        _byModel.Add((tag.Model * Kinds) + kind, unixMilliseconds);
        _byCluster.Add((((uint)tag.Cluster < Clusters ? tag.Cluster : Clusters) * Kinds) + kind, unixMilliseconds);
    }
}
