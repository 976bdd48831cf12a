namespace RecOps.Training.Import;

/// <summary>One cut in time for all users: the model learns from what was, and is judged by what came after.</summary>
/// <param name="Cut">Unix seconds; events up to and at it are for training, later ones are the test. Null without a test.</param>
/// <param name="TrainRows">Leading rows of the interactions that are for training.</param>
internal readonly record struct TimeSplit(long? Cut, int TrainRows)
{
    /// <summary>Splits so that about <paramref name="holdout"/> of the newest events are the test.</summary>
    /// <param name="interactions">Oldest first.</param>
    /// <param name="holdout">0 to below 1; 0 keeps everything for training.</param>
    public static TimeSplit ByShare(InteractionTable interactions, double holdout)
    {
        if (holdout == 0)
            return new TimeSplit(null, interactions.Count);
        return At(interactions, interactions.Times[(int)(interactions.Count * (1 - holdout))]);
    }

    public static TimeSplit At(InteractionTable interactions, long cut)
    {
        int rows = Array.BinarySearch(interactions.Times, cut);
        if (rows < 0)
            rows = ~rows;
        while (rows < interactions.Count && interactions.Times[rows] == cut)
            rows++;
        return new TimeSplit(cut, rows);
    }
}
