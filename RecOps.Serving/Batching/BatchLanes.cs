namespace RecOps.Serving.Batching;

/// <summary>Which lanes are busy, and until when.</summary>
internal sealed class BatchLanes<TJob>
    where TJob : BatchJob<TJob>
{
    private readonly BatchLane<TJob>[] _lanes;

    public BatchLanes(int count, int maxBatch)
    {
        _lanes = new BatchLane<TJob>[count];
        for (int i = 0; i < count; i++)
            _lanes[i] = new BatchLane<TJob>(i, maxBatch);
    }

    public ReadOnlySpan<BatchLane<TJob>> All => _lanes;

    public int Busy { get; private set; }

    public bool AnyFree => Busy < _lanes.Length;

    /// <summary>Predicted end of the first running batch; the largest value when none runs.</summary>
    public long NextEnd
    {
        get
        {
            long end = long.MaxValue;
            foreach (BatchLane<TJob> lane in _lanes)
            {
                if (lane.IsBusy)
                    end = Math.Min(end, lane.Started + lane.Predicted);
            }

            return end;
        }
    }

    /// <summary>Marks a free lane as busy. There must be one.</summary>
    /// <param name="predicted">Predicted ticks of its batch.</param>
    public BatchLane<TJob> Take(long now, long predicted)
    {
        BatchLane<TJob> lane = Array.Find(_lanes, candidate => !candidate.IsBusy)!;
        lane.IsBusy = true;
        lane.Started = now;
        lane.Predicted = predicted;
        Busy++;
        return lane;
    }

    public void Release(BatchLane<TJob> lane)
    {
        lane.Clear();
        lane.IsBusy = false;
        Busy--;
    }
}
