using System.Reflection;

namespace RecOps.Server.Hosting.OpenApi;

/// <summary>The build runs the program once with an inert server to write docs/openapi/v1.json.</summary>
internal static class DocumentGeneration
{
    public static bool IsRunning { get; } = Assembly.GetEntryAssembly()?.GetName().Name == "GetDocument.Insider";
}
