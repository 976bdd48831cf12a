namespace RecOps.Training.Import;

/// <summary>A shop's data in memory: two tables whose row numbers are ordinals, and interactions by column, oldest first.</summary>
internal sealed record ShopData(CatalogTable Catalog, UserTable Users, InteractionTable Interactions)
{
    /// <summary>The same data, from which another kind of event is to be predicted.</summary>
    public ShopData Predicting(InteractionType target) => this with { Interactions = Interactions with { Target = target } };
}

/// <summary>Items; every list has one entry for each item.</summary>
internal sealed record CatalogTable
{
    public required List<string> ItemIds { get; init; }

    public required List<string> Titles { get; init; }

    public required List<string> Categories { get; init; }

    public required List<string> Brands { get; init; }

    /// <summary>Null when the shop did not say.</summary>
    public required List<decimal?> Prices { get; init; }

    public required List<bool> InStock { get; init; }

    /// <summary>Other columns of the catalogue by name; empty where an item has no value.</summary>
    public required Dictionary<string, List<string>> Attributes { get; init; }

    public int Count => ItemIds.Count;
}

/// <summary>Users from users.csv and those who only appear in interactions; empty where nothing is known.</summary>
internal sealed record UserTable
{
    public required List<string> UserIds { get; init; }

    public required List<string> Countries { get; init; }

    public required List<string> Segments { get; init; }

    public int Count => UserIds.Count;
}

/// <summary>What users did, in order of time. Rows with the same time keep the file's order.</summary>
internal sealed record InteractionTable
{
    /// <summary>User ordinals.</summary>
    public required int[] Users { get; init; }

    /// <summary>Item ordinals.</summary>
    public required int[] Items { get; init; }

    public required InteractionType[] Types { get; init; }

    /// <summary>Unix seconds, UTC.</summary>
    public required long[] Times { get; init; }

    /// <summary>What a model is to predict: events of this type, and stronger ones, which imply it.</summary>
    public InteractionType Target { get; init; } = InteractionType.Purchase;

    public int Count => Users.Length;

    /// <summary>Whether a row is what a model is to predict.</summary>
    public bool IsTarget(int row) => Types[row] >= Target;

    /// <summary>A copy of the first rows.</summary>
    public InteractionTable Take(int rows) =>
        this with
        {
            Users = Users[..rows],
            Items = Items[..rows],
            Types = Types[..rows],
            Times = Times[..rows],
        };
}

/// <summary>Ordered by strength of interest; named as in the events API.</summary>
internal enum InteractionType : byte
{
    View,
    Click,
    Cart,
    Purchase,
}
