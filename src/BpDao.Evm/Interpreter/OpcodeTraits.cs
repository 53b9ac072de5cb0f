using System.Runtime.InteropServices;
using BpDao.Core;

namespace BpDao.Evm;

/// <summary>What the loop checks and charges before an instruction runs, in the units it compares.</summary>
[StructLayout(LayoutKind.Sequential, Size = 8)]
internal readonly struct OpcodeTraits
{
    public const int MaxStack = 1024;

    /// <summary>Bytes of stack the instruction reads; no stack has as many as an undefined instruction asks for.</summary>
    public readonly ushort MinHeight;

    /// <summary>Bytes the stack may be higher than <see cref="MinHeight"/> without overflowing.</summary>
    public readonly ushort Slack;

    public readonly ushort Gas;

    /// <summary>Items the stack grows by.</summary>
    public readonly sbyte Change;

    public OpcodeTraits(int needs, int change, int gas)
    {
        int highest = MaxStack - Math.Max(change, 0);
        MinHeight = (ushort)(needs * UInt256.Size);
        Slack = (ushort)((highest - needs) * UInt256.Size);
        Change = (sbyte)change;
        Gas = (ushort)gas;
    }

    private OpcodeTraits(ushort minHeight) => MinHeight = minHeight;

    /// <summary>An instruction the fork does not have.</summary>
    public static OpcodeTraits Undefined => new(ushort.MaxValue);

    public bool IsDefined => MinHeight != ushort.MaxValue;
}
