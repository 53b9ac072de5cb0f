using System.Buffers.Binary;
using System.Security.Cryptography;
using BpDao.Core;

namespace BpDao.Blockchain;

/// <summary>What a block asks of the beacon chain (EIP-7685): deposits from logs (EIP-6110), then what the request contracts return.</summary>
public sealed class ExecutionRequests
{
    private const byte DepositType = 0x00;
    private const int DepositDataLength = 576;

    private static readonly Hash256 DepositEvent = Keccak256.Hash("DepositEvent(bytes,bytes,bytes,bytes,bytes)"u8);

    // EIP-6110: where each field of the log's ABI encoding begins, and its length. Other layouts make the block invalid.
    private static readonly (int HeadAt, int Offset, int Length)[] DepositFields =
        [(0, 160, 48), (32, 256, 32), (64, 320, 8), (96, 384, 96), (128, 512, 8)];

    private readonly List<byte[]> _requests = [];

    /// <summary>Type byte and data of each type that has any, in the order of the types.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> All => [.. _requests.Select(r => new ReadOnlyMemory<byte>(r))];

    /// <summary>One type's requests, which are left out when empty.</summary>
    public void Add(byte type, ReadOnlySpan<byte> data)
    {
        if (!data.IsEmpty) _requests.Add([type, .. data]);
    }

    /// <summary>False when a log of the deposit contract is not laid out as EIP-6110 has it.</summary>
    public bool TryAddDeposits(Address contract, IEnumerable<Receipt> receipts)
    {
        using MemoryStream deposits = new();
        foreach (LogEntry log in receipts.SelectMany(r => r.Logs))
        {
            if (log.Address != contract || log.Topics.Count == 0 || log.Topics[0] != DepositEvent) continue;
            if (!TryReadDeposit(log.Data.Span, deposits)) return false;
        }

        Add(DepositType, deposits.ToArray());
        return true;
    }

    public Hash256 Hash() => HashOf(_requests);

    /// <summary>What a header commits to: sha256 over the sha256 of each type's requests.</summary>
    public static Hash256 HashOf(IReadOnlyList<byte[]> requests)
    {
        using IncrementalHash all = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (byte[] request in requests) all.AppendData(SHA256.HashData(request));
        return new Hash256(all.GetHashAndReset());
    }

    private static bool TryReadDeposit(ReadOnlySpan<byte> data, MemoryStream deposits)
    {
        if (data.Length != DepositDataLength) return false;
        foreach ((int headAt, int offset, int length) in DepositFields)
        {
            if (!IsWord(data[headAt..], offset) || !IsWord(data[offset..], length)) return false;
            deposits.Write(data.Slice(offset + 32, length));
        }

        return true;
    }

    private static bool IsWord(ReadOnlySpan<byte> data, int value) =>
        data[..28].IndexOfAnyExcept((byte)0) < 0 && BinaryPrimitives.ReadInt32BigEndian(data[28..]) == value;
}
