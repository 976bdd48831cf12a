namespace RecOps.Training.Evaluation;

/// <summary>Names of the baselines, as in the report.</summary>
internal static class BaselineName
{
    public const string Popular = "popular";
    public const string RecentPopular = "popular7Days";
    public const string Repeat = "repeat";
    public const string DecayedRepeat = "repeatDecayed";
    public const string TifuKnn = "tifuKnn";
    public const string ItemKnn = "itemKnn";
    public const string Ease = "ease";
    public const string Als = "als";
    public const string UserPopularity = "upCf";

    /// <summary>Not a plain one: it is trained with the teachers.</summary>
    public const string SasRec = "sasRec";
}
