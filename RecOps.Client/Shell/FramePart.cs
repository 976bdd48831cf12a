using System.Diagnostics.CodeAnalysis;

namespace RecOps.Client.Shell;

/// <summary>
/// A component that a feature puts into the frame around every page. Parts in the same place are in the order of registration.
/// </summary>
/// <param name="Component">Needs no parameters.</param>
internal sealed record FramePart(
    FramePlace Place,
    [property: DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.All)]
    [param: DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.All)]
        Type Component
);
