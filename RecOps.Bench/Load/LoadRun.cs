using System.Diagnostics;
using RecOps.Bench.Processes;

namespace RecOps.Bench.Load;

/// <summary>
/// Sends a plan's requests and records each result. In an open loop, latency counts from the time a request was due, so that a stalling
/// server is charged for every request that had to wait (no coordinated omission).
/// </summary>
internal sealed class LoadRun : IConnectionOwner, IDisposable
{
    /// <summary>How long to wait for the last answers.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly LoadPlan _plan;
    private readonly RequestText _text;
    private readonly List<HttpConnection> _connections = [];
    private readonly Stack<HttpConnection> _free = new();
    private readonly Queue<Outstanding> _waiting = new();
    private readonly SampleLog _samples = new();
    private readonly Lock _gate = new();
    private readonly double[] _ends;
    private long _start;
    private int _busy;

    public LoadRun(LoadPlan plan)
    {
        _plan = plan;
        _text = new RequestText(plan.Paths, plan.Server.ToString(), UserDraw.Of(plan.Users, plan.Zipf, plan.Seed + 1), BenchAccess.KeyLine);
        double end = 0;
        _ends = Array.ConvertAll(plan.Phases, phase => end += phase.Seconds);
        for (int i = 0; i < plan.Connections; i++)
        {
            var connection = new HttpConnection(plan.Server, this) { Text = new byte[_text.MaxLength] };
            _connections.Add(connection);
            _free.Push(connection);
        }
    }

    /// <summary>Requests that are due but have no connection yet.</summary>
    public int Waiting
    {
        get
        {
            lock (_gate)
                return _waiting.Count;
        }
    }

    /// <summary>Blocks until the plan is done and every answer has arrived or timed out.</summary>
    public SampleLog Run()
    {
        Nap.BePunctual();
        _start = Stopwatch.GetTimestamp();
        if (_plan.Closed)
            RunClosed();
        else
            RunOpen();
        var waiting = Stopwatch.StartNew();
        while (Unfinished() > 0 && waiting.Elapsed < Patience)
            Nap.For(TimeSpan.FromMilliseconds(10));
        lock (_gate)
        {
            foreach (HttpConnection connection in _connections.Except(_free))
                Record(connection.Request, Sample.Unanswered, default);
            foreach (Outstanding request in _waiting)
                Record(request, Sample.Unanswered, default);
            return _samples;
        }
    }

    public bool Answered(HttpConnection connection, in HttpAnswer answer)
    {
        lock (_gate)
        {
            Record(connection.Request, (short)answer.Status, answer);
            if (!TryNext(out Outstanding next))
            {
                _busy--;
                _free.Push(connection);
                return false;
            }

            Write(connection, next);
            return true;
        }
    }

    public void Lost(HttpConnection connection)
    {
        lock (_gate)
        {
            // The connection does not become free again, and its request does not count as unanswered.
            Record(connection.Request, Sample.Broken, default);
            _busy--;
            _connections.Remove(connection);
        }
    }

    public void Dispose()
    {
        foreach (HttpConnection connection in _connections)
            connection.Dispose();
    }

    private void RunOpen()
    {
        var arrivals = new PoissonArrivals(_plan.Phases, _plan.Seed);
        while (arrivals.TryNext(out double due, out int phase))
        {
            long at = _start + (long)(due * Stopwatch.Frequency);
            long early;
            while ((early = at - Stopwatch.GetTimestamp()) > 0)
                Nap.For(Stopwatch.GetElapsedTime(0, early));
            Send(new Outstanding(at, phase));
        }
    }

    private void RunClosed()
    {
        for (int i = 0; i < _plan.Connections; i++)
            Send(new Outstanding(Stopwatch.GetTimestamp(), 0));
        while (Seconds(Stopwatch.GetTimestamp()) < _ends[^1])
            Nap.For(TimeSpan.FromMilliseconds(20));
    }

    private void Send(Outstanding request)
    {
        HttpConnection? connection;
        lock (_gate)
        {
            if (!_free.TryPop(out connection))
            {
                _waiting.Enqueue(request);
                return;
            }

            _busy++;
            Write(connection, request);
        }

        connection.Receive();
    }

    private bool TryNext(out Outstanding next)
    {
        if (!_plan.Closed)
            return _waiting.TryDequeue(out next);
        long now = Stopwatch.GetTimestamp();
        int phase = Array.FindIndex(_ends, end => Seconds(now) < end);
        next = new Outstanding(now, phase);
        return phase >= 0;
    }

    private void Write(HttpConnection connection, Outstanding request)
    {
        connection.Request = request;
        connection.Write(connection.Text.AsSpan(0, _text.Write(connection.Text)));
    }

    private int Unfinished()
    {
        lock (_gate)
            return _busy + _waiting.Count;
    }

    private void Record(Outstanding request, short status, in HttpAnswer answer)
    {
        double latency = Stopwatch.GetElapsedTime(request.Due).TotalMilliseconds;
        _samples.Add(new Sample((float)Seconds(request.Due), (float)latency, status, answer.Source, answer.Degraded, (byte)request.Phase));
    }

    private double Seconds(long timestamp) => Stopwatch.GetElapsedTime(_start, timestamp).TotalSeconds;
}
