using RecOps.Serving.Clusters;
using RecOps.Serving.Models;

namespace RecOps.Serving.Engine;

/// <summary>
/// The live popularity of a model in a form that outlives it. Global weights are stored by item id, so that they fit any model; cluster
/// weights only fit the same bundle, since another bundle's clusters are other people.
/// </summary>
internal static class PopularSnapshot
{
    private const uint Magic = 0x31505252;
    private const int MostOfAll = 10_000;
    private const int MostOfCluster = 500;

    public static byte[] Of(ServingModel model, DateTimeOffset now) =>
        SealedBytes.Seal(
            Magic,
            writer =>
            {
                writer.Write(now.ToUnixTimeMilliseconds());
                Write(writer, model, model.Popular.Live, MostOfAll);
                writer.Write(model.Generation);
                writer.Write(model.Clusters.Popular.Count);
                for (int cluster = 0; cluster < model.Clusters.Popular.Count; cluster++)
                    Write(writer, model, model.Clusters.Popular[cluster], MostOfCluster);
            }
        );

    /// <summary>Merges a snapshot into a model's lists. Idempotent.</summary>
    /// <exception cref="InvalidDataException">The bytes are damaged or of another version.</exception>
    public static void Bring(byte[] bytes, ServingModel model)
    {
        using BinaryReader reader = SealedBytes.Open(Magic, bytes);
        DateTimeOffset written = DateTimeOffset.FromUnixTimeMilliseconds(reader.ReadInt64());
        Read(reader, model, model.Popular.Live, written);
        if (reader.ReadUInt64() != model.Generation || reader.ReadInt32() != model.Clusters.Popular.Count)
            return;
        for (int cluster = 0; cluster < model.Clusters.Popular.Count; cluster++)
            Read(reader, model, model.Clusters.Popular[cluster], written);
    }

    private static void Write(BinaryWriter writer, ServingModel model, LiveList list, int most)
    {
        (int Item, double Weight)[] weights = list.Weights(most);
        writer.Write(weights.Length);
        foreach ((int item, double weight) in weights)
        {
            writer.Write(model.Catalog.IdOf(item));
            writer.Write((float)weight);
        }
    }

    private static void Read(BinaryReader reader, ServingModel model, LiveList list, DateTimeOffset written)
    {
        for (int left = reader.ReadInt32(); left > 0; left--)
        {
            string id = reader.ReadString();
            float weight = reader.ReadSingle();
            if (weight > 0 && model.Catalog.TryGetOrdinal(id, out int item))
                list.Raise(item, weight, written);
        }
    }
}
