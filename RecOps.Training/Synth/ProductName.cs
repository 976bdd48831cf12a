namespace RecOps.Training.Synth;

/// <summary>A product's name, such as "Aurora Ceramic Pour-Over Set, Sage".</summary>
/// <param name="Collection">Index in <see cref="ShopVocabulary.Collections"/>.</param>
/// <param name="Variant">Colour, flavour or size.</param>
/// <param name="IsColour">The variant is a colour.</param>
internal readonly record struct ProductName(int Collection, string Material, string Noun, string Variant, bool IsColour)
{
    public string Title
    {
        get
        {
            string collection = ShopVocabulary.Collections[Collection];
            return Noun.Contains(Material, StringComparison.Ordinal) || Material == collection
                ? $"{collection} {Noun}, {Variant}"
                : $"{collection} {Material} {Noun}, {Variant}";
        }
    }

    public static ProductName Draw(Family family, ref SynthRandom random) =>
        new(
            random.Next(ShopVocabulary.Collections.Length),
            random.Pick(family.Materials),
            random.Pick(family.Nouns),
            random.Pick(family.Variants ?? ShopVocabulary.Colours),
            family.Variants is null
        );
}
