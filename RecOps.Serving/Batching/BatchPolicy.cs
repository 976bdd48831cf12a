namespace RecOps.Serving.Batching;

/// <summary>
/// An idle device is given whatever there is at once: waiting could only help requests that may never come. While all are busy a batch
/// collects by itself, and what is decided is how many leave together: as many as give the most answers in time for the device's
/// time. A second lane that shares a busy device holds back until its batch is worth the device's attention.
/// </summary>
internal sealed class BatchPolicy : IBatchPolicy
{
    public BatchDecision Decide(in BatchSnapshot state)
    {
        if (state.BusyLanes > 0 && !state.Limits.IndependentLanes)
            return Hold(state);
        return Send(state, state.AfterBatch ? BatchReason.DeviceReady : BatchReason.Idle);
    }

    /// <summary>The device computes and could be given the next batch early.</summary>
    private static BatchDecision Hold(in BatchSnapshot state)
    {
        int largest = LargestSize(state);
        int full = Math.Min(SustainingSize(state), Math.Min(state.Sizes[largest].Size, state.Limits.MaxBatch));
        if (state.Waiting >= full)
            return Send(state, BatchReason.Full);
        long tooOld = state.OldestEnqueued + state.Limits.MaxWait;
        if (state.Now >= tooOld)
            return Send(state, BatchReason.Age);

        // One more job may still come, as long as the batch with it keeps the earliest deadline.
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

        // When all look hopeless, one is tried all the same: the estimate may be wrong, and only trying corrects it.
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
    /// Index of the largest size worth running. One that lets those who come while it runs be in time in the one after it: their wait,
    /// until a lane is free or until so many have come, and their own batch stay within the objective. Or, when more come than can be
    /// answered anyway, the one that would answer the most if it were repeated: what it can fill itself with is who came within the
    /// objective less its own time.
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
    /// Index of the size that answers the most jobs in time for the device's time; among those that lose nobody, when one of them is
    /// quick enough for what comes. -1 when nobody can be in time.
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
    /// The batch that keeps up with what comes: one that takes as long as it takes for as many to come, b = λ(αb + β), which is
    /// λβ / (1 - λα).
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
