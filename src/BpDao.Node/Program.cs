namespace BpDao.Node;

/// <summary>The `bpdao` command.</summary>
internal static class Program
{
    private static int Main() => 2;
}
