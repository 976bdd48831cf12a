using RecOps.Training.Import;
using RecOps.Training.Models;
using RecOps.Training.Models.Learning;
using RecOps.Training.Runtime;
using Xunit;
using static TorchSharp.torch;

namespace RecOps.Tests.Training.Models;

[Collection(TorchTests.Name)]
public sealed class ItemTraitsTests
{
    private const int Items = 12;

    private static RankerShape Shape { get; } =
        new()
        {
            Items = Items,
            Dimension = 8,
            History = 4,
            Features = TrainingSet.Features,
        };

    [Fact]
    public void Of_Catalogue_WhatFiveItemsShareAndNothingElse()
    {
        ItemTraits traits = ItemTraits.Of(Catalogue());

        Assert.Equal(["brand Acme", "category Lighting", "word lamp", "word red"], traits.Names);
        Assert.Equal(["brand Acme", "category Lighting", "word lamp", "word red"], NamesOf(traits, 0));
        Assert.Equal(["brand Acme", "word lamp"], NamesOf(traits, 7));
        Assert.Empty(NamesOf(traits, 11));
    }

    [Fact]
    public void Settle_NetworkWithTraits_ScoresAsBeforeAndAsItsSavedFile()
    {
        TorchRuntime.EnsureLoaded();
        using CollectionPause pause = CollectionPause.Begin();
        using var directory = new TempDirectory();
        using var scope = NewDisposeScope();
        manual_seed(3);
        using var network = new RankerNetwork(Shape, ItemTraits.Of(Catalogue()));
        network.eval();
        LessonBatch batch = Batch();
        float[] own = network.Items.data<float>().ToArray();
        float[] before = network.Logits(batch).data<float>().ToArray();

        network.Settle();

        Assert.NotEqual(own, network.Items.data<float>().ToArray());
        Assert.Equal(before, network.Logits(batch).data<float>().ToArray());
        Assert.Equal(network.parameters().Count(), network.Learned.Count());
        using var trained = new Trained<RankerNetwork>(network, new ScoreCalibration(1, 0));
        NetworkFile.Save(trained, directory.At("network"));
        using Trained<RankerNetwork> loaded = NetworkFile.Load(new RankerNetwork(Shape), directory.At("network"));
        Assert.Equal(before, loaded.Network.Logits(batch).data<float>().ToArray());
    }

    [Fact]
    public void Logits_Learning_MovesTheVectorsOfTraits()
    {
        TorchRuntime.EnsureLoaded();
        using CollectionPause pause = CollectionPause.Begin();
        using var scope = NewDisposeScope();
        using var network = new RankerNetwork(Shape, ItemTraits.Of(Catalogue()));

        PurchaseLoss.Of(network.Logits(Batch()), Batch(), 0.3).backward();

        TorchSharp.Modules.Parameter shared = Assert.Single(network.Learned.Except(network.parameters()));
        Assert.Contains(shared.grad!.data<float>().ToArray(), slope => slope != 0);
    }

    private static string[] NamesOf(ItemTraits traits, int item) => [.. traits.Of(item).ToArray().Select(trait => traits.Names[trait])];

    private static LessonBatch Batch() =>
        new(
            tensor(new long[] { 0, 1, 2, -1 }, [1, 4]),
            ones(1, 4),
            tensor(new long[] { 3, 7, 11 }, [1, 3]),
            zeros(1, 3, ItemTrends.Columns),
            tensor(new float[] { 1, 0, 0 }, [1, 3]),
            zeros(1, 3),
            zeros(1, Shape.Features.Context.Length),
            zeros(1, 4, int64),
            zeros(1, 4)
        );

    /// <summary>Seven red lamps of a brand in a category, four more lamps of that brand, one other item.</summary>
    private static CatalogTable Catalogue() =>
        new()
        {
            ItemIds = [.. Enumerable.Range(0, Items).Select(item => $"i{item}")],
            Titles =
            [
                .. Enumerable
                    .Range(0, Items)
                    .Select(item =>
                        item < 7 ? "Red lamp, XL"
                        : item < 11 ? "LAMP no. 5"
                        : "Chair"
                    ),
            ],
            Categories = [.. Enumerable.Range(0, Items).Select(item => item < 7 ? "Lighting" : "")],
            Brands = [.. Enumerable.Range(0, Items).Select(item => item < 11 ? "Acme" : "Other")],
            Prices = [.. Enumerable.Repeat<decimal?>(null, Items)],
            InStock = [.. Enumerable.Repeat(true, Items)],
            Attributes = [],
        };
}
