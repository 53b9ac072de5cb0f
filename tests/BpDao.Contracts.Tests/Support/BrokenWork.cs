using BpDao.Core;
using BpDao.Testing.Chains;

namespace BpDao.Contracts.Tests.Support;

/// <summary>Work contracts that governance should not have chosen.</summary>
internal static class BrokenWork
{
    public static readonly Address At = Address.FromNumber(0xbad);

    public static byte[] Reverts => TestContracts.Reverter;

    public static byte[] Loops => TestContracts.Looper;

    /// <summary>Answers everything with 1024 bytes of ones; its beginBlock does nothing and succeeds.</summary>
    public static byte[] AnswersOnes { get; } = Hex.Decode("0x610400" + "5b602090035f198152806003576104005ff3");

    /// <summary>The same with words of 16, which is a sound value of many a parameter.</summary>
    public static byte[] AnswersSixteen { get; } = Hex.Decode("0x610400" + "5b60209003601081528060035761" + "04005ff3");

    /// <summary>The same with zeros: producerAt names slot 0 whatever the round is.</summary>
    public static byte[] AnswersZeros { get; } = Hex.Decode("0x6104005ff3");

    /// <summary>Answers everything with nothing.</summary>
    public static byte[] AnswersNothing { get; } = Hex.Decode("0x00");

    /// <summary>Governance storage that puts it in force with an epoch (slots in src/contracts/README.md).</summary>
    public static PorNetwork WithBrokenWork(this PorNetwork network, byte[] code, ulong fromEpoch = 1) => network
        .Code(At, code)
        .Change(s => s.Set(StoragePlace.Governance("_scheduledWork"), UInt256.FromBigEndian(At.Bytes)))
        .Change(s => s.Set(StoragePlace.Governance("_scheduledFrom"), fromEpoch));
}
