using RecOps.Client.Shell;

namespace RecOps.Client.Catalog;

/// <summary>Items, and their price and stock.</summary>
internal static class CatalogServices
{
    public static IServiceCollection AddCatalog(this IServiceCollection services) =>
        services.AddScoped<CatalogClient>().AddScoped<IPaletteSource, ItemPalette>().AddScoped<StockControl>();
}
