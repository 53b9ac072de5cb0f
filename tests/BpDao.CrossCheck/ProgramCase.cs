using System.Text;
using BpDao.Core;
using BpDao.Evm;
using BpDao.Testing;

namespace BpDao.CrossCheck;

/// <summary>An account before the transaction.</summary>
internal sealed record CaseAccount(Address Address, ulong Nonce, UInt256 Balance, byte[] Code, IReadOnlyList<(UInt256 Slot, UInt256 Value)> Storage);

/// <summary>A transaction, the block it is in and the accounts it finds: all that a seed stands for.</summary>
internal sealed record ProgramCase(ulong Seed, Fork Fork, BlockContext Block, IReadOnlyList<CaseAccount> Accounts, Transaction Transaction)
{
    public TestState State()
    {
        TestState state = new();
        foreach (CaseAccount a in Accounts) state.With(a.Address, a.Balance, a.Nonce, a.Code, [.. a.Storage]);
        return state;
    }

    /// <summary>One line of JSON for the other side: <c>{fork, block, accounts: {address: {nonce, balance, code, storage}}, transaction}</c>,
    /// forks and fields named as @ethereumjs names them, slots and values as 32 bytes.</summary>
    public string ToJson()
    {
        StringBuilder json = new();
        json.Append($"{{\"fork\":\"{CaseForks.PeerName(Fork)}\",\"block\":{{{BlockFields()}}},\"accounts\":{{");
        json.AppendJoin(',', Accounts.Select(AccountField)).Append("},\"transaction\":{").Append(TransactionFields()).Append("}}");
        return json.ToString();
    }

    private static string AccountField(CaseAccount a) =>
        $"\"{a.Address}\":{{\"nonce\":\"0x{a.Nonce:x}\",\"balance\":\"{a.Balance.ToHexQuantity()}\",\"code\":\"{Hex.Encode(a.Code)}\",\"storage\":{{"
        + string.Join(',', a.Storage.Select(s => $"\"{Padded(s.Slot)}\":\"{Padded(s.Value)}\"")) + "}}";

    private string BlockFields()
    {
        string fields = $"\"number\":\"0x{Block.Number:x}\",\"timestamp\":\"0x{Block.Timestamp:x}\",\"gasLimit\":\"0x{Block.GasLimit:x}\",\"coinbase\":\"{Block.Coinbase}\"";
        fields += Fork >= Fork.Paris ? $",\"mixHash\":\"{Block.PrevRandao}\"" : $",\"difficulty\":\"{Block.Difficulty.ToHexQuantity()}\"";
        if (Fork >= Fork.London) fields += $",\"baseFeePerGas\":\"{Block.BaseFee.ToHexQuantity()}\"";
        if (Fork >= Fork.Cancun) fields += $",\"excessBlobGas\":\"0x{Block.ExcessBlobGas:x}\"";
        return fields;
    }

    private string TransactionFields()
    {
        Transaction tx = Transaction;
        string fields = $"\"sender\":\"{tx.Sender}\",\"nonce\":\"0x{tx.Nonce:x}\",\"gasLimit\":\"0x{tx.GasLimit:x}\",\"value\":\"{tx.Value.ToHexQuantity()}\",\"data\":\"{Hex.Encode(tx.Data.Span)}\"";
        if (tx.To is { } to) fields += $",\"to\":\"{to}\"";
        fields += tx.Type == TxType.DynamicFee
            ? $",\"type\":2,\"maxFeePerGas\":\"{tx.MaxFeePerGas.ToHexQuantity()}\",\"maxPriorityFeePerGas\":\"{tx.MaxPriorityFeePerGas.ToHexQuantity()}\""
            : $",\"gasPrice\":\"{tx.MaxFeePerGas.ToHexQuantity()}\"";
        if (tx.Type == TxType.AccessList) fields += ",\"type\":1";
        if (tx.Type == TxType.Legacy) return fields;
        IEnumerable<string> entries = tx.AccessList.Select(e =>
            $"{{\"address\":\"{e.Address}\",\"storageKeys\":[{string.Join(',', e.StorageKeys.Select(k => $"\"{Padded(k)}\""))}]}}");
        return $"{fields},\"accessList\":[{string.Join(',', entries)}]";
    }

    private static string Padded(UInt256 value)
    {
        Span<byte> bytes = stackalloc byte[32];
        value.WriteBigEndian(bytes);
        return Hex.Encode(bytes);
    }
}
