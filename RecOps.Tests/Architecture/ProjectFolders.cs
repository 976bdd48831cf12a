using Mono.Cecil;

namespace RecOps.Tests.Architecture;

/// <summary>
/// The folders of a project and their dependencies, read from the IL of its assembly. A folder is the first part of the namespace after the
/// project's, with everything below it; a nested type belongs to its outermost type's folder.
/// </summary>
/// <remarks>
/// The compiler replaces constants and <c>nameof</c> by their values: a folder that uses nothing else from another has no arrow here.
/// </remarks>
internal sealed class ProjectFolders
{
    /// <summary>Namespace in which the Razor compiler puts what it generates beside a component.</summary>
    private const string RazorPrefix = "__Blazor.";

    private readonly string _root;

    private ProjectFolders(ModuleDefinition module, string root)
    {
        _root = root;
        var names = new SortedSet<string>(StringComparer.Ordinal);
        var uses = new SortedDictionary<(string From, string To), SortedSet<string>>();
        foreach (TypeDefinition type in module.GetTypes())
        {
            if (FolderOf(type) is not { } from)
                continue;
            names.Add(from);
            foreach (TypeReference used in TypeUses.Of(type).Where(used => used.Scope == module))
            {
                if (FolderOf(used) is not { } to || to == from)
                    continue;
                if (!uses.TryGetValue((from, to), out SortedSet<string>? pairs))
                    uses[(from, to)] = pairs = new(StringComparer.Ordinal);
                pairs.Add($"{Outermost(type).Name} -> {Outermost(used).Name}");
            }
        }

        // Types in the root namespace compose the folders: they may use all of them.
        Names = [.. names.Where(name => name.Length > 0)];
        Arrows = [.. uses.Where(each => each.Key.From.Length > 0).Select(each => new FolderArrow(each.Key.From, each.Key.To, each.Value))];
    }

    public IReadOnlyList<string> Names { get; }

    /// <summary>By the names of the two folders; without those of the root namespace.</summary>
    public IReadOnlyList<FolderArrow> Arrows { get; }

    /// <param name="assembly">A file beside the tests.</param>
    /// <param name="root">The namespace whose folders are read.</param>
    public static ProjectFolders Read(string assembly, string root)
    {
        using var resolver = new DefaultAssemblyResolver();
        resolver.AddSearchDirectory(AppContext.BaseDirectory);

        // Attribute arguments cannot be read without the framework enums that they name.
        foreach (
            string directory in ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
                .Split(Path.PathSeparator)
                .Select(file => Path.GetDirectoryName(file)!)
                .Distinct()
        )
            resolver.AddSearchDirectory(directory);
        using ModuleDefinition module = ModuleDefinition.ReadModule(
            Path.Combine(AppContext.BaseDirectory, assembly),
            new ReaderParameters { AssemblyResolver = resolver }
        );
        return new ProjectFolders(module, root);
    }

    private static TypeReference Outermost(TypeReference type)
    {
        while (type.DeclaringType is { } outer)
            type = outer;
        return type;
    }

    /// <returns>Empty for the root namespace; null for types outside the project, such as those added by the compiler and files of other
    /// projects.</returns>
    private string? FolderOf(TypeReference type)
    {
        TypeReference outermost = Outermost(type);
        string space = outermost.Namespace;
        if (space.StartsWith(RazorPrefix, StringComparison.Ordinal))
            space = space[RazorPrefix.Length..];
        if (space == _root || (space.Length == 0 && outermost.Name == "Program"))
            return "";
        return space.StartsWith(_root + ".", StringComparison.Ordinal) ? space[(_root.Length + 1)..].Split('.')[0] : null;
    }
}
