namespace RecOps.Serving.Batching;

/// <summary>
/// Decides when a batch leaves and how large it is. Source: docs/decisions/0008-adaptive-batching.md.
/// 1. A free device gets what waits at once: waiting would only help requests that may never come.
/// 2. A second lane of a busy shared device holds its batch until it is large enough to keep up with arrivals, too old, pressed by a
/// deadline, or the running batch is about to end.
/// 3. The size is capped where the requests that arrive meanwhile can still be in time, or, under overload, at the size with the most
/// answers per device time.
/// 4. Up to that cap, the size with the most in-time jobs per mean duration wins. A size that sheds nobody is preferred if it keeps up with
/// arrivals.
/// 5. Jobs that this batch cannot serve in time are shed; the earliest deadlines leave first.
/// </summary>
internal sealed class BatchPolicy : IBatchPolicy
{
    public BatchDecision Decide(in BatchSnapshot state)
    {
        if (state.BusyLanes > 0 && !state.Limits.IndependentLanes)
            return Hold(state);
        return Send(state, state.AfterBatch ? BatchReason.DeviceReady : BatchReason.Idle);
    }

    /// <summary>The device is busy, and could be given the next batch early.</summary>
    private static BatchDecision Hold(in BatchSnapshot state)
    {
        int largest = LargestSize(state);
        int full = Math.Min(SustainingSize(state), Math.Min(state.Sizes[largest].Size, state.Limits.MaxBatch));
        if (state.Waiting >= full)
            return Send(state, BatchReason.Full);
        long tooOld = state.OldestEnqueued + state.Limits.MaxWait;
        if (state.Now >= tooOld)
            return Send(state, BatchReason.Age);

        // One more job may still come, as long as the larger batch meets the earliest deadline.
        double withOneMore = state.Sizes[state.Limits.IndexOf(state.Waiting + 1)].Plan;
        long tooLate = state.EarliestDeadline - (long)withOneMore;
        if (state.Now >= tooLate)
            return Send(state, BatchReason.Deadline);
        if (state.Now >= state.NextEnd)
            return Send(state, BatchReason.DeviceReady);
        return BatchDecision.Wait(Math.Min(state.NextEnd, Math.Min(tooOld, tooLate)));
    }

    private static BatchDecision Send(in BatchSnapshot state, BatchReason reason)
    {
        int largest = LargestSize(state);
        int size = BestSize(state, largest);

        // When all look hopeless, one is tried anyway: the estimate may be wrong, and only a run corrects it.
        if (size < 0)
            return BatchDecision.Send(1, state.Waiting - 1, reason);
        ref readonly BatchSize chosen = ref state.Sizes[size];
        int count = Math.Min(Math.Min(chosen.Size, state.Limits.MaxBatch), chosen.InTime);
        if (count < state.Waiting && reason == BatchReason.DeviceReady)
            reason =
                size == largest ? BatchReason.Full
                : chosen.InTime < state.Waiting ? BatchReason.Deadline
                : reason;
        if (reason == BatchReason.DeviceReady && state.Now - state.OldestEnqueued >= state.Limits.MaxWait)
            reason = BatchReason.Age;
        return BatchDecision.Send(count, state.Waiting - chosen.InTime, reason);
    }

    /// <summary>
    /// Index of the largest size worth running. Normally, a size whose followers can still be in time: their wait (until a lane is free, or
    /// the batch is full) plus their own batch fits the objective. Under overload, the size with the most answers per device time if
    /// repeated, given that it can only be filled with jobs that arrive within the objective less its own duration.
    /// </summary>
    private static int LargestSize(in BatchSnapshot state)
    {
        int largest = 0,
            richest = 0;
        double most = 0;
        for (int i = 0; i < state.Sizes.Length; i++)
        {
            ref readonly BatchSize size = ref state.Sizes[i];
            double wait = Math.Min(size.Plan / state.Limits.Lanes, size.Size / Math.Max(state.ArrivalsPerTick, double.Epsilon));
            if (wait + size.Plan <= state.Limits.Slo)
                largest = i;
            double filled = Math.Min(size.Size, state.ArrivalsPerTick * (state.Limits.Slo - size.Plan));
            double answered = filled / Math.Max(size.Mean, 1);
            if (answered > most)
                (richest, most) = (i, answered);
        }

        return Math.Max(largest, richest);
    }

    /// <summary>
    /// Index of the size with the most in-time jobs per device time. A size that sheds nobody is preferred, if one is fast enough for the
    /// arrivals. -1 when no job can be in time.
    /// </summary>
    private static int BestSize(in BatchSnapshot state, int largest)
    {
        int best = -1,
            lossless = -1;
        double bestValue = 0,
            losslessValue = 0;
        for (int i = 0; i <= largest; i++)
        {
            ref readonly BatchSize size = ref state.Sizes[i];
            int taken = Math.Min(Math.Min(size.Size, state.Limits.MaxBatch), size.InTime);
            if (taken == 0)
                break;
            double value = taken / Math.Max(size.Mean, 1);
            if (value >= bestValue)
                (best, bestValue) = (i, value);
            if (size.InTime == state.Waiting && value >= losslessValue)
                (lossless, losslessValue) = (i, value);
            if (size.Size >= state.Waiting)
                break;
        }

        return lossless >= 0 && losslessValue * state.Limits.Lanes >= state.ArrivalsPerTick ? lossless : best;
    }

    /// <summary>
    /// The batch that keeps up with arrivals: it takes as long as its jobs take to arrive. b = λ(αb + β), so b = λβ / (1 - λα).
    /// </summary>
    private static int SustainingSize(in BatchSnapshot state)
    {
        for (int i = 0; i < state.Sizes.Length; i++)
        {
            if (state.Sizes[i].Size >= state.ArrivalsPerTick * state.Sizes[i].Mean)
                return state.Sizes[i].Size;
        }

        return int.MaxValue;
    }
}
