using System.Text.Json;
using System.Text.Json.Serialization;
using RecOps.Shared.Clusters;

namespace RecOps.Client.Clusters;

/// <summary>Serializers for the contracts of clusters and warm-up runs.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    GenerationMode = JsonSourceGenerationMode.Metadata,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(ClusterList))]
[JsonSerializable(typeof(ClusterProfile))]
[JsonSerializable(typeof(WarmPlan))]
[JsonSerializable(typeof(WarmRequest))]
[JsonSerializable(typeof(WarmRun))]
[JsonSerializable(typeof(WarmRunList))]
internal sealed partial class ClustersJson : JsonSerializerContext;
