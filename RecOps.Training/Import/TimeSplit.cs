namespace RecOps.Training.Import;

/// <summary>One cut in time for all users: the model is trained on earlier events and evaluated on later ones.</summary>
/// <param name="Cut">Unix seconds; events up to and including it are for training, later ones are the test set. Null without a test
/// set.</param>
/// <param name="TrainRows">Number of leading rows of the interactions that are for training.</param>
internal readonly record struct TimeSplit(long? Cut, int TrainRows)
{
    /// <summary>Splits so that about <paramref name="holdout"/> of the events, the newest ones, are the test set.</summary>
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
