using System.Text.Json;
using System.Text.Json.Serialization;
using RecOps.Shared.Catalog;

namespace RecOps.Server.Catalog;

/// <summary>Catalogue contracts: items, changes and searches, serialized by generated code.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(CatalogUpdateRequest))]
[JsonSerializable(typeof(CatalogUpdateResponse))]
[JsonSerializable(typeof(CatalogItemUpdate[]))]
[JsonSerializable(typeof(ItemLookupRequest))]
[JsonSerializable(typeof(ItemLookupResponse))]
[JsonSerializable(typeof(ItemSearchResponse))]
[JsonSerializable(typeof(ItemValuesResponse))]
internal sealed partial class CatalogContracts : JsonSerializerContext;
