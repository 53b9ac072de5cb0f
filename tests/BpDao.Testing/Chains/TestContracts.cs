using BpDao.Core;

namespace BpDao.Testing.Chains;

/// <summary>Small programs for accounts of a test's genesis.</summary>
public static class TestContracts
{
    /// <summary>Returns NUMBER, TIMESTAMP, CALLER, COINBASE, BASEFEE, PREVRANDAO and the hash of block NUMBER − 1, a word each.</summary>
    public static byte[] Environment { get; } = Hex.Decode(
        "0x43600052" + "42602052" + "33604052" + "41606052" + "48608052" + "4460a052" + "600143034060c052" + "60e06000f3");

    /// <summary>Stores CALLDATALOAD(0) in slot 0 and returns what was there.</summary>
    public static byte[] Cell { get; } = Hex.Decode("0x600054600052600035600055" + "60206000f3");

    /// <summary>Logs CALLDATALOAD(0) as data with topics 1 and CALLDATALOAD(32).</summary>
    public static byte[] Logger { get; } = Hex.Decode("0x600035600052602035600160206000a200");

    /// <summary>Logs 64 KiB of nothing.</summary>
    public static byte[] LongLogger { get; } = Hex.Decode("0x620100005fa000");

    /// <summary>Reverts with Error("no").</summary>
    public static byte[] Reverter { get; } = Hex.Decode(
        "0x7f08c379a000000000000000000000000000000000000000000000000000000000600052" + "6020600452" + "6002602452" + "616e6f60f01b604452" + "60646000fd");

    /// <summary>Burns gas until it has none.</summary>
    public static byte[] Looper { get; } = Hex.Decode("0x5b600056");

    /// <summary>Fails unless it has 100,000 gas left, then clears slot 0 for a refund.</summary>
    public static byte[] Picky { get; } = Hex.Decode("0x620186a05a11600c575f5ffd5b5f5f5500");
}
