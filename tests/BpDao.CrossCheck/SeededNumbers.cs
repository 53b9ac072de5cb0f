using BpDao.Core;

namespace BpDao.CrossCheck;

/// <summary>SplitMix64: the same numbers from the same seed on every runtime, so that a seed in a report means something next year.</summary>
internal sealed class SeededNumbers(ulong seed)
{
    private ulong _state = seed;

    public ulong Next()
    {
        ulong z = _state += 0x9e3779b97f4a7c15;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
        z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
        return z ^ (z >> 31);
    }

    /// <summary>From 0 to <paramref name="bound"/> − 1.</summary>
    public int Below(int bound) => (int)(Next() % (uint)bound);

    public bool OneIn(int n) => Below(n) == 0;

    public T Pick<T>(IReadOnlyList<T> from) => from[Below(from.Count)];

    public byte[] Bytes(int count)
    {
        byte[] bytes = new byte[count];
        for (int i = 0; i < count; i++) bytes[i] = (byte)Next();
        return bytes;
    }

    /// <summary>A number of the kind that finds mistakes: at or beside a power of two, small, or anything.</summary>
    public UInt256 Word()
    {
        switch (Below(8))
        {
            case 0: return (ulong)Below(4);
            case 1: return (ulong)Below(300);
            case 2: return UInt256.Zero - (ulong)Below(40);
            case 3: return (UInt256.One << Below(256)) - (ulong)Below(3);
            case 4: return UInt256.One << Below(256);
            case 5: return Next();
            default: return UInt256.FromBigEndian(Bytes(1 + Below(32)));
        }
    }
}
