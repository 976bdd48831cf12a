using RecOps.Serving.Caching;
using RecOps.Serving.Engine;
using RecOps.Shared.Clusters;

namespace RecOps.Server.Clusters;

/// <summary>One warm run, from request until it is forgotten. Safe from any thread.</summary>
internal sealed class WarmProgress(string id, string trigger, WarmRequest request, DateTimeOffset requested) : IListUse, IDisposable
{
    private static readonly TimeSpan SpeedWindow = TimeSpan.FromSeconds(5);
    private readonly CancellationTokenSource _cancel = new();
    private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private readonly Queue<(DateTimeOffset Time, int Done)> _speed = new();
    private string _state = WarmRunState.Waiting;
    private string? _detail;
    private DateTimeOffset? _started;
    private DateTimeOffset? _ended;
    private int _planned;
    private int _warmed;
    private int _skipped;
    private int _failed;
    private long _bytes;
    private int _used;
    private long _saved;

    public string Id => id;

    public string Trigger => trigger;

    public WarmRequest Request => request;

    public CancellationToken Cancelled => _cancel.Token;

    /// <summary>Completes when the run has ended, whatever the outcome.</summary>
    public Task Over => _over.Task;

    public bool IsOver => _over.Task.IsCompleted;

    private int Done => _warmed + _skipped + _failed;

    public void Dispose() => _cancel.Dispose();

    /// <returns>False when it had already ended.</returns>
    public bool TryCancel()
    {
        if (IsOver)
            return false;
        _cancel.Cancel();
        return true;
    }

    public void Begin(int planned, DateTimeOffset now)
    {
        lock (_gate)
            (_state, _planned, _started) = (WarmRunState.Running, planned, now);
    }

    public void Count(SpareOutcome outcome)
    {
        lock (_gate)
        {
            switch (outcome.End)
            {
                case SpareEnd.Computed:
                    _warmed++;
                    _bytes += outcome.Bytes;
                    break;
                case SpareEnd.Failed:
                    _failed++;
                    break;
                default:
                    _skipped++;
                    break;
            }
        }
    }

    public void End(string state, string? detail, DateTimeOffset now)
    {
        lock (_gate)
            (_state, _detail, _ended) = (state, detail, now);
        _over.TrySetResult();
    }

    public void Used(bool first)
    {
        Interlocked.Increment(ref _saved);
        if (first)
            Interlocked.Increment(ref _used);
    }

    /// <summary>The console's view of it.</summary>
    public WarmRun Describe(DateTimeOffset now)
    {
        lock (_gate)
        {
            double? speed = Speed(now);
            double? left = _state == WarmRunState.Running && speed > 0 ? (_planned - Done) / speed : null;
            return new WarmRun(
                id,
                trigger,
                _state,
                requested,
                _started,
                _ended,
                request.Placement!,
                request.ClusterIds ?? [],
                request.UsersPerCluster,
                _planned,
                _warmed,
                _skipped,
                _failed,
                speed,
                left,
                _bytes,
                Volatile.Read(ref _used),
                Interlocked.Read(ref _saved),
                _detail
            );
        }
    }

    /// <summary>Users per second: over the last seconds while it runs, else over the whole run.</summary>
    private double? Speed(DateTimeOffset now)
    {
        if (_started is not { } started)
            return null;
        if (_ended is { } ended)
            return ended > started ? Done / (ended - started).TotalSeconds : null;
        while (_speed.Count > 1 && now - _speed.Peek().Time > SpeedWindow)
            _speed.Dequeue();
        (DateTimeOffset time, int done) = _speed.Count > 0 ? _speed.Peek() : (started, 0);
        _speed.Enqueue((now, Done));
        return now > time ? (Done - done) / (now - time).TotalSeconds : null;
    }
}
