using AngleSharp.Dom;
using Bunit;
using Microsoft.AspNetCore.Components;
using Helpers = Bunit.RenderedComponentWaitForHelperExtensions;

namespace RecOps.Tests.Client;

/// <summary>
/// Waits as bUnit does, and then until the renderer is idle. bUnit's own methods, which these hide, return in the middle of a render:
/// a test's next click would be queued behind it, and its effect would not be visible yet.
/// </summary>
internal static class Settling
{
    public static void WaitForAssertion<TComponent>(this IRenderedComponent<TComponent> component, Action assertion)
        where TComponent : IComponent
    {
        Helpers.WaitForAssertion(component, assertion);
        Settle(component);
    }

    public static IElement WaitForElement<TComponent>(this IRenderedComponent<TComponent> component, string selector)
        where TComponent : IComponent
    {
        Helpers.WaitForElement(component, selector);
        Settle(component);
        return component.Find(selector);
    }

    public static IReadOnlyList<IElement> WaitForElements<TComponent>(this IRenderedComponent<TComponent> component, string selector)
        where TComponent : IComponent
    {
        Helpers.WaitForElements(component, selector);
        Settle(component);
        return component.FindAll(selector);
    }

    /// <param name="count">The exact number to wait for.</param>
    public static IReadOnlyList<IElement> WaitForElements<TComponent>(
        this IRenderedComponent<TComponent> component,
        string selector,
        int count
    )
        where TComponent : IComponent
    {
        Helpers.WaitForElements(component, selector, count);
        Settle(component);
        return component.FindAll(selector);
    }

    private static void Settle<TComponent>(IRenderedComponent<TComponent> component)
        where TComponent : IComponent => component.InvokeAsync(() => { }).GetAwaiter().GetResult();
}
