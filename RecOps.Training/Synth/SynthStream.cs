namespace RecOps.Training.Synth;

/// <summary>What random numbers are drawn for; streams are independent of each other.</summary>
internal static class SynthStream
{
    public const int Items = 1;
    public const int Brands = 2;
    public const int Series = 3;
    public const int Tiers = 4;
    public const int BrandPools = 5;
    public const int Popularity = 6;
    public const int Groups = 7;
    public const int Users = 8;
    public const int Visits = 9;
    public const int Clusters = 10;
    public const int ItemVectors = 11;
    public const int UserVectors = 12;
    public const int Ranker = 13;
}
