using System.Text.Json;
using System.Text.Json.Serialization;
using RecOps.Shared.Catalog;

namespace RecOps.Client.Catalog;

/// <summary>Serializers for the contracts of the catalogue.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    GenerationMode = JsonSourceGenerationMode.Metadata,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(ItemSearchResponse))]
[JsonSerializable(typeof(ItemValuesResponse))]
[JsonSerializable(typeof(CatalogUpdateRequest))]
[JsonSerializable(typeof(CatalogUpdateResponse))]
[JsonSerializable(typeof(ItemLookupRequest))]
[JsonSerializable(typeof(ItemLookupResponse))]
internal sealed partial class CatalogJson : JsonSerializerContext;
