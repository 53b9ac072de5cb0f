using System.Globalization;
using System.Text;

namespace BpDao.Node.Commands.Conformance;

/// <summary>A fixed part of all tests: those whose name falls into share <paramref name="Index"/> of <paramref name="Count"/>. Names are
/// hashed, so a test stays in its share whatever else is in the archive.</summary>
/// <param name="Index">From 1 to <paramref name="Count"/>.</param>
internal readonly record struct TestShard(int Index, int Count)
{
    /// <summary>Reads <c>I/N</c>.</summary>
    public static bool TryParse(string text, out TestShard shard)
    {
        shard = default;
        string[] parts = text.Split('/');
        if (parts.Length != 2 || !TryNumber(parts[0], out int index) || !TryNumber(parts[1], out int count)) return false;
        shard = new TestShard(index, count);
        return index >= 1 && index <= count;
    }

    public bool Contains(string name) => Fnv1A(name) % (ulong)Count == (ulong)(Index - 1);

    private static bool TryNumber(string text, out int number) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);

    /// <summary>FNV-1a, 64 bits, with the last bits mixed: the remainder is taken of them.</summary>
    private static ulong Fnv1A(string name)
    {
        ulong hash = 0xcbf29ce484222325;
        foreach (byte b in Encoding.UTF8.GetBytes(name)) hash = (hash ^ b) * 0x100000001b3;
        return hash ^ (hash >> 32);
    }
}
