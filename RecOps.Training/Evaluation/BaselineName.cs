namespace RecOps.Training.Evaluation;

/// <summary>Names of the plain baselines, as in the report.</summary>
internal static class BaselineName
{
    public const string Popular = "popular";
    public const string Repeat = "repeat";
    public const string ItemKnn = "itemKnn";
    public const string Ease = "ease";
}
