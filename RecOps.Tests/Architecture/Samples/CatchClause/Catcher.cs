using RecOps.Tests.Architecture.Samples.Used;

namespace RecOps.Tests.Architecture.Samples.CatchClause;

internal static class Catcher
{
    public static bool Fails(Action action)
    {
        try
        {
            action();
            return false;
        }
        catch (ThingException)
        {
            return true;
        }
    }
}
