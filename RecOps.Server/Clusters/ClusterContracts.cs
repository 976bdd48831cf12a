using System.Text.Json;
using System.Text.Json.Serialization;
using RecOps.Shared.Clusters;

namespace RecOps.Server.Clusters;

/// <summary>Cluster and warm-up contracts, serialized by generated code.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ClusterList))]
[JsonSerializable(typeof(ClusterProfile))]
[JsonSerializable(typeof(WarmRequest))]
[JsonSerializable(typeof(WarmPlan))]
[JsonSerializable(typeof(WarmRun))]
[JsonSerializable(typeof(WarmRunList))]
internal sealed partial class ClusterContracts : JsonSerializerContext;
